// host presets: what --preset NAME makes, and its limits.
#include <iomanip>
#include <iostream>
#include <sstream>

#include "core/app/commands.hpp"
#include "core/host/manifest.hpp"
#include "core/host/presets.hpp"

namespace relievo::app {
namespace {

std::string limit(double value, const char* unit) {
  std::ostringstream text;
  text << value << " " << unit;
  return value > 0 ? text.str() : "-";
}

}  // namespace

int list_presets(const Options& options) {
  if (options.json) {
    auto list = host::Json::array();
    for (const auto& p : host::presets())
      list.push_back({{"name", p.name},
                      {"summary", p.summary},
                      {"layout", p.layout},
                      {"codec", p.codec},
                      {"bit_depth", p.bit_depth},
                      {"view_width", p.view_width},
                      {"view_height", p.view_height},
                      {"fps", p.fps},
                      {"bitrate_mbps", p.bitrate},
                      {"token", p.token},
                      {"container", "mp4"},
                      {"audio", p.audio}});
    std::cout << list.dump(2) << "\n";
    return 0;
  }
  const auto row = [](const auto&... cells) {
    constexpr int kWidths[]{17, 10, 7, 13, 8, 12, 7, 0};
    std::size_t i = 0;
    ((std::cout << std::left << std::setw(kWidths[i++]) << cells), ...);
    std::cout << "\n";
  };
  row("preset", "layout", "codec", "film up to", "rate", "bitrate", "audio", "name");
  for (const auto& p : host::presets())
    row(p.name, p.layout, p.codec, host::film_size_of(p), limit(p.fps, "fps"),
        limit(p.bitrate, "Mbit/s"), p.audio, std::string("FILM") + p.token + ".mp4");
  std::cout << "\n";
  for (const auto& p : host::presets())
    std::cout << std::left << std::setw(17) << p.name << p.summary << "\n";
  return 0;
}

}  // namespace relievo::app
