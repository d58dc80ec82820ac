// Chroma of half the size goes where the luma goes.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 64;

// A ramp of light in every component, at 16 bits; returns by how many luma pixels component c of
// row y moved to the right.
double shift_of(const Frame& view, int c, int y, int subsampling) {
  const auto values = row(view, c, y);
  double sum = 0;
  int count = 0;
  const auto n = static_cast<int>(values.size());
  for (int x = n / 4; x < 3 * n / 4; ++x, ++count)
    sum += x * subsampling - values[static_cast<std::size_t>(x)] / 65535.0 * kWidth;
  return sum / count;
}

TEST(Chroma, MovesAsFarAsTheLuma) {
  for (const auto format :
       {RLV_PF_YUV420P16, RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_422, 0, 0, 16, 0, 0)}) {
    for (const double d : {4.0, 3.0, 2.3, 5.75}) {
      ViewRun run("{}", colour_format(format, kWidth, kHeight), RLV_SEM_DISPARITY_PX);
      const auto colour = run.colour_frame();
      paint(colour, [](double x, double, int) { return x / kWidth; });
      const auto views = run.views(
          colour, DepthMap(kWidth, kHeight, [&](int, int) { return static_cast<float>(d); }));
      for (int eye = 0; eye < 2; ++eye)
        for (int c = 0; c < 3; ++c)
          EXPECT_NEAR(shift_of(views[static_cast<std::size_t>(eye)], c, 10, c > 0 ? 2 : 1),
                      eye == 0 ? d / 2 : -d / 2, 5e-3)
              << "component " << c << " disparity " << d;
    }
  }
}

// A box before a background, each of one colour. In every view the chroma's edge lies where the
// luma's lies, within a sample of chroma.
TEST(Chroma, AnObjectKeepsItsColour) {
  for (const int location : {0, 1, 2}) {
    for (const int width : {kWidth, kWidth + 1}) {
      auto format = colour_format(RLV_PF_YUV420P, width, kHeight);
      format.colour.chroma_location = static_cast<std::uint8_t>(location);
      ViewRun run(R"({"texture": 0.0})", format, RLV_SEM_DISPARITY_PX);
      const auto inside = [](double x, double y) {
        return x >= 60 && x < 92 && y >= 16 && y < 48;
      };
      const auto colour = run.colour_frame();
      paint(colour, [&](double x, double y, int) { return inside(x, y) ? 0.9 : 0.1; });
      const auto views = run.views(colour, DepthMap(width, kHeight, [&](int x, int y) {
                                     return inside(x, y) ? 13.0F : 2.0F;
                                   }));
      for (const auto& view : views) {
        const auto luma = row(view, 0, 30);
        const auto chroma = row(view, 1, 15);
        int wrong = 0;
        for (std::size_t k = 1; k + 1 < chroma.size(); ++k) {
          const bool box_around =
              luma[2 * k - 2] > 128 && luma[2 * k] > 128 && luma[2 * k + 2] > 128;
          const bool box_far = luma[2 * k - 2] < 128 && luma[2 * k] < 128 && luma[2 * k + 2] < 128;
          if (box_around) wrong += chroma[k] < 215 ? 1 : 0;
          if (box_far) wrong += chroma[k] > 40 ? 1 : 0;
        }
        EXPECT_EQ(wrong, 0) << "location " << location << " width " << width;
      }
    }
  }
}

TEST(Chroma, ARowOfChromaFollowsTheRowsOfLumaThatItLiesOn) {
  // Rows 0 and 1 of the luma differ in disparity by 0.8: type 0 lies between them, type 2 on the
  // upper, type 4 on the lower.
  for (const auto& [location, expected] : {std::pair{0, 4.4}, {2, 4.0}, {4, 4.8}}) {
    auto format = colour_format(RLV_PF_YUV420P16, kWidth, 32);
    format.colour.chroma_location = static_cast<std::uint8_t>(location);
    ViewRun run(R"({"views": "left_original"})", format, RLV_SEM_DISPARITY_PX);
    const auto colour = run.colour_frame();
    paint(colour, [](double x, double, int) { return x / kWidth; });
    const auto views = run.views(
        colour, DepthMap(kWidth, 32, [](int, int y) { return y % 2 == 0 ? 4.0F : 4.8F; }));
    EXPECT_NEAR(shift_of(views[1], 1, 5, 2), -expected, 5e-3) << location;
  }
}

}  // namespace
}  // namespace relievo::test
