// Right views made from left ones with true disparity, against the photographed right views.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/paths.hpp"
#include "tests/unit/stereo/picture_io.hpp"
#include "tests/unit/stereo/right_view.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;

fs::path find(const fs::path& folder, const std::string& stem) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().stem() == stem) return entry.path();
  throw std::runtime_error(folder.string() + " has no " + stem);
}

// Unknown disparity (0) takes the smaller one of its known neighbours in the row; a row that knows
// none copies the nearest row that does.
void fill_unknown(Picture& d) {
  const auto w = static_cast<std::size_t>(d.width);
  const auto row_of = [&](int y) {
    return d.samples.data() + static_cast<std::size_t>(y) * w;
  };
  std::vector<int> empty;
  std::vector<int> known;
  for (int y = 0; y < d.height; ++y) {
    auto* const row = row_of(y);
    (std::all_of(row, row + w, [](int v) { return v == 0; }) ? empty : known).push_back(y);
    for (std::size_t x = 0; x < w; ++x) {
      if (row[x] != 0) continue;
      std::size_t end = x;
      while (end < w && row[end] == 0) ++end;
      const int left = x > 0 ? row[x - 1] : 65535;
      const int right = end < w ? row[end] : 65535;
      std::fill(row + x, row + end, static_cast<std::uint16_t>(std::min(left, right)));
      x = end;
    }
  }
  for (const int y : empty) {
    const auto nearest = *std::min_element(known.begin(), known.end(), [&](int a, int b) {
      return std::abs(a - y) < std::abs(b - y);
    });
    std::copy_n(row_of(nearest), w, row_of(y));
  }
}

// dB over the columns whose source lies inside the left view.
double psnr(const Picture& made, const Picture& truth, const Picture& disparity) {
  double sum = 0;
  double count = 0;
  for (int y = 0; y < truth.height; ++y) {
    int last = -1;
    for (int x = 0; x < truth.width; ++x)
      last = std::max(last, static_cast<int>(std::lround(x - disparity.at(x, y) / 256.0)));
    for (int x = 0; x <= std::min(last, truth.width - 1); ++x)
      for (int c = 0; c < 3; ++c, ++count) sum += std::pow(made.at(x, y, c) - truth.at(x, y, c), 2);
  }
  return 10 * std::log10(255.0 * 255.0 * count / sum);
}

// Floors a little below what tools/score_stereo.sh reports, and the order of the methods.
TEST(StereoPairs, TheRightViewIsCloseToThePhotographedOne) {
  RLV_SHARED_DATA_OR_SKIP(data, "stereo");
  double quality = 0;
  double simple = 0;
  double backward = 0;
  int pairs = 0;
  for (const auto& entry : fs::directory_iterator(data)) {
    if (entry.path().filename().string().rfind("mb20", 0) != 0) continue;
    const auto left = read_rgb8(find(entry, "left"));
    const auto right = read_rgb8(find(entry, "right"));
    auto disparity = read_grey16(entry.path() / "disp_left.png");
    fill_unknown(disparity);
    const auto score = [&](const char* params) {
      return psnr(right_view(left, disparity, params), right, disparity);
    };
    quality += score("{}");
    simple += score(R"({"method": "simple"})");
    backward += score(R"({"method": "backward"})");
    ++pairs;
  }
  ASSERT_GE(pairs, 1);
  EXPECT_GT(quality / pairs, 29.4);
  EXPECT_GT(quality / pairs, simple / pairs + 1.0);
  EXPECT_GT(simple / pairs, backward / pairs + 3.0);
}

}  // namespace
}  // namespace relievo::test
