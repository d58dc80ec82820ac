// What a picture in 4:2:0 becomes, against what the same picture in RGB becomes: seen places keep
// their colour, and holes get the colour that RGB's holes get.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 160;
constexpr double kRed = 1.402;  // red - luma over Cr, and so on (BT.601)
constexpr double kBlue = 1.772;

bool in_box(double x, double y) {
  return x >= 60 && x < 130 && y >= 30 && y < 110;
}

bool in_disc(double x, double y) {
  return std::hypot(x - 220, y - 80) < 45;
}

// Luma and two differences of colour, each 0 to 1: slopes, broad waves and a border of two colours
// behind the things, which have colours of their own.
double scene(double x, double y, int c) {
  if (in_box(x, y)) return c == 0 ? 0.35 : c == 1 ? 0.62 : 0.40;
  if (in_disc(x, y)) return c == 0 ? 0.65 : c == 1 ? 0.40 : 0.60;
  const double wave = std::sin(0.05 * x + 0.08 * y + c);
  const double border = x - 110 - 0.6 * y > 0 ? 1 : -1;
  return c == 0 ? 0.5 + 0.05 * wave + 0.05 * border : 0.5 + 0.04 * wave + 0.05 * border * (c - 1.5);
}

double rgb_scene(double x, double y, int c) {
  const double luma = scene(x, y, 0);
  const double blue = luma + kBlue * (scene(x, y, 1) - 0.5);
  const double red = luma + kRed * (scene(x, y, 2) - 0.5);
  return c == 0 ? red : c == 2 ? blue : (luma - 0.299 * red - 0.114 * blue) / 0.587;
}

MadeViews make(std::uint32_t format, const std::string& params, const Scene& painted) {
  auto run = std::make_unique<ViewRun>(params, colour_format(format, kWidth, kHeight),
                                       RLV_SEM_DISPARITY_PX);
  const auto colour = run->colour_frame();
  paint(colour, painted);
  auto views = run->views(colour, DepthMap(kWidth, kHeight, [](int x, int y) {
                            return in_box(x, y) ? 30.0F : in_disc(x, y) ? 22.0F : 2.0F;
                          }));
  return {std::move(run), std::move(views)};
}

// Cb or Cr of an RGB picture where chroma of 4:2:0 lies: 1 2 1 across, both rows.
double halved(const std::vector<int>& red, const std::vector<int>& green,
              const std::vector<int>& blue, int c, int k, int y) {
  double sum = 0;
  for (int row = 2 * y; row < 2 * y + 2; ++row)
    for (int i = -1; i <= 1; ++i) {
      const auto at = static_cast<std::size_t>(row * kWidth + std::clamp(2 * k + i, 0, kWidth - 1));
      const double luma = 0.299 * red[at] + 0.587 * green[at] + 0.114 * blue[at];
      const double difference = c == 1 ? (blue[at] - luma) / kBlue : (red[at] - luma) / kRed;
      sum += (i == 0 ? 2 : 1) * difference / 8;
    }
  return 127.5 + sum;
}

struct Psnr {
  double sum = 0;
  double count = 0;
  void add(double difference) {
    sum += difference * difference;
    count += 1;
  }
  [[nodiscard]] double db() const { return 10 * std::log10(255.0 * 255.0 * count / sum); }
};

TEST(ChromaQuality, APictureIn420GetsTheColourThatItGetsInRgb) {
  const std::string params = R"({"texture": 0.0})";
  const auto made = make(RLV_PF_YUV420P, params, scene);
  const auto rgb = make(RLV_PF_RGB24, params, rgb_scene);
  const auto holes =
      make(RLV_PF_GREY8, R"({"fill": "none"})", [](double, double, int) { return 1.0; });
  Psnr seen;
  Psnr hidden;
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const auto red = samples(rgb[eye], 0);
    const auto green = samples(rgb[eye], 1);
    const auto blue = samples(rgb[eye], 2);
    const auto white = samples(holes[eye], 0);
    for (int c = 1; c < 3; ++c) {
      const auto chroma = samples(made[eye], c);
      for (int y = 0; y < kHeight / 2; ++y)
        for (int k = 0; k < kWidth / 2; ++k) {
          const double difference = chroma[static_cast<std::size_t>(y * kWidth / 2 + k)] -
                                    halved(red, green, blue, c, k, y);
          const auto upper = static_cast<std::size_t>(2 * y * kWidth + 2 * k);
          const bool hole = white[upper] < 255 && white[upper + kWidth] < 255;
          (hole ? hidden : seen).add(difference);
        }
    }
  }
  EXPECT_GT(hidden.count, 2000);
  EXPECT_GT(seen.db(), 45.5);
  EXPECT_GT(hidden.db(), 43.6);
}

}  // namespace
}  // namespace relievo::test
