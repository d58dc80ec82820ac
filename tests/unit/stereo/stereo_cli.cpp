// stereo_cli LEFT DISPARITY RIGHT [NAME=VALUE...]: makes the right view of a left one, for
// tools/score_stereo.sh. DISPARITY is a 16-bit grey picture of pixels * 256; NAME=VALUE sets
// parameters of stereo.view.
#include <exception>
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/unit/stereo/picture_io.hpp"
#include "tests/unit/stereo/right_view.hpp"

int main(int argc, char** argv) {
  try {
    if (argc < 4) {
      std::cerr << "usage: stereo_cli LEFT DISPARITY RIGHT [NAME=VALUE...]\n";
      return 2;
    }
    auto params = nlohmann::json::object();
    for (int i = 4; i < argc; ++i) {
      const std::string argument = argv[i];
      const auto equals = argument.find('=');
      const auto value = equals == std::string::npos ? "" : argument.substr(equals + 1);
      const auto parsed = nlohmann::json::parse(value, nullptr, false);
      params[argument.substr(0, equals)] = parsed.is_discarded() ? nlohmann::json(value) : parsed;
    }
    const auto left = relievo::test::read_rgb8(argv[1]);
    const auto disparity = relievo::test::read_grey16(argv[2]);
    relievo::test::write_png(argv[3], relievo::test::right_view(left, disparity, params.dump()));
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "stereo_cli: " << e.what() << '\n';
    return 1;
  }
}
