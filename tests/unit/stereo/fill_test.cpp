// Holes and edges.
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

constexpr int kWidth = 120;
constexpr int kHeight = 60;

bool in_box(double x, double y) {
  return x >= 40 && x < 70 && y >= 15 && y < 45;
}

DepthMap box(float near, float far) {
  return {kWidth, kHeight, [=](int x, int y) {
            return in_box(x, y) ? near : far;
          }};
}

MadeViews make(const std::string& params, const Scene& scene, const DepthMap& depth,
               std::uint32_t format = RLV_PF_GREY8) {
  auto run = std::make_unique<ViewRun>(params, colour_format(format, kWidth, kHeight),
                                       RLV_SEM_DISPARITY_PX);
  const auto colour = run->colour_frame();
  paint(colour, scene);
  auto views = run->views(colour, depth);
  return {std::move(run), std::move(views)};
}

TEST(HoleFill, TakesTheBackgroundAndNeverTheForeground) {
  for (const std::string views : {"both", "left_original", "right_original"}) {
    const auto made =
        make(R"({"views": ")" + views + "\"}",
             [](double x, double y, int) { return in_box(x, y) ? 1.0 : 0.2; }, box(20, 0));
    const std::vector<std::size_t> eyes = views == "both" ? std::vector<std::size_t>{0, 1}
                                          : views == "left_original" ? std::vector<std::size_t>{1}
                                                                     : std::vector<std::size_t>{0};
    for (const auto eye : eyes) {
      const double moved = (eye == 0 ? 1 : -1) * (views == "both" ? 10 : 20);
      for (int y = 0; y < kHeight; ++y) {
        const auto values = row(made[eye], 0, y);
        for (int x = 0; x < kWidth; ++x) {
          // One pixel is where the box has grown.
          const bool box_here = in_box(x - moved, y);
          const bool box_near = in_box(x - moved - 1, y) || in_box(x - moved + 1, y);
          if (box_here || !box_near) {
            ASSERT_EQ(values[static_cast<std::size_t>(x)], box_here ? 255 : 51)
                << x << ',' << y << ' ' << views;
          }
        }
      }
    }
  }
}

TEST(HoleFill, NoneLeavesHolesBlack) {
  const auto made = make(R"({"fill": "none", "views": "left_original", "grow": 0})",
                         [](double, double, int) { return 0.5; }, box(12, 0));
  for (int y = 0; y < kHeight; ++y) {
    const auto values = row(made[1], 0, y);
    for (int x = 0; x < kWidth; ++x) {
      const bool hole = y >= 15 && y < 45 && x >= 58 && x < 70;
      ASSERT_EQ(values[static_cast<std::size_t>(x)], hole ? 16 : 128) << x << ',' << y;
    }
  }
}

TEST(HoleFill, ContinuesASlopeOfLightSmoothly) {
  // Light rises downwards: the fill has to as well, without steps.
  const auto made =
      make(R"({"views": "left_original", "texture": 0.0})",
           [](double x, double y, int) { return in_box(x, y) ? 1.0 : (40 + 2 * y) / 255.0; },
           box(24, 0));
  for (int y = 20; y < 40; ++y) {
    const auto values = row(made[1], 0, y);
    for (int x = 50; x < 70; ++x)
      EXPECT_NEAR(values[static_cast<std::size_t>(x)], 40 + 2 * y, 4) << x << ',' << y;
  }
}

// A sloping border between dark and light runs behind the box: in the hole it goes on where it was
// going, for as far as a line is believed. A smooth fill alone is off by 38 here.
TEST(HoleFill, CarriesLinesOfTheBackgroundOnInTheirDirection) {
  for (const double slope : {-0.5, 0.5}) {
    const auto light = [=](double x, double y) {
      return std::clamp(0.5 + 0.25 * (y - 30 - slope * (x - 70)), 0.2, 0.8);
    };
    const auto made =
        make(R"({"views": "left_original", "texture": 0.0})",
             [&](double x, double y, int) { return in_box(x, y) ? 1.0 : light(x, y); }, box(16, 0));
    double sum = 0;
    int count = 0;
    for (int y = 22; y < 38; ++y) {
      const auto values = row(made[1], 0, y);
      for (int x = 63; x < 70; ++x, ++count)
        sum += std::abs(values[static_cast<std::size_t>(x)] - 255 * light(x, y));
    }
    EXPECT_LT(sum / count, 26) << slope;
  }
}

TEST(HoleFill, TextureGivesHolesSomeOfTheBackgroundsGrain) {
  const auto grain = [](double x, double y, int) {
    const auto noise = std::sin(12.9898 * x + 78.233 * y) * 43758.5453;
    return in_box(x, y) ? 1.0 : 0.4 + 0.2 * (noise - std::floor(noise) - 0.5);
  };
  const auto roughness = [&](const std::string& texture) {
    const auto made =
        make(R"({"views": "left_original", "texture": )" + texture + "}", grain, box(16, 0));
    double sum = 0;
    for (int y = 20; y < 40; ++y) {
      const auto values = row(made[1], 0, y);
      for (std::size_t x = 58; x < 66; ++x) sum += std::abs(values[x] - values[x - 1]);
    }
    return sum;
  };
  EXPECT_GT(roughness("0.5"), 1.3 * roughness("0.0"));
  EXPECT_GT(roughness("1.0"), 1.3 * roughness("0.5"));
}

TEST(HoleFill, ThePicturesBorderIsContinuedToo) {
  // Everything moves 9 px to the left in the right view: its right border comes into sight.
  const auto made = make(R"({"views": "left_original"})",
                         [](double, double y, int) { return y / kHeight; }, box(9, 9));
  // Close to the upper and lower border nothing says how the light goes on.
  for (int y = 15; y < kHeight - 15; ++y)
    for (const int value : row(made[1], 0, y)) ASSERT_NEAR(value, 255.0 * y / kHeight, 5) << y;
}

TEST(HoleFill, APictureThatMovedOutOfSightIsBlack) {
  const auto made = make(R"({"views": "left_original"})", [](double, double, int) { return 0.5; },
                         box(1e9F, 1e9F), RLV_PF_YUV420P);
  for (const int value : samples(made[1], 0)) ASSERT_EQ(value, 16);
  for (const int value : samples(made[1], 1)) ASSERT_EQ(value, 128);
}

// A box whose parallax grows in small steps: no pixel of the view may jump by more than the step
// can explain. This is what keeps edges from boiling when depth changes slowly.
TEST(Edges, MoveSmoothly) {
  std::vector<int> before;
  double worst = 0;
  for (int step = 0; step <= 40; ++step) {
    const auto made = make(R"({"views": "left_original", "texture": 0.0})",
                           [](double x, double y, int) { return in_box(x, y) ? 0.8 : 0.2; },
                           box(10.0F + 0.05F * static_cast<float>(step), 0));
    const auto values = row(made[1], 0, 30);
    if (!before.empty())
      for (std::size_t x = 0; x < values.size(); ++x)
        worst = std::max(worst, static_cast<double>(std::abs(values[x] - before[x])));
    before = values;
  }
  // 0.05 px of an edge 153 high, and the rounding of both frames.
  EXPECT_LE(worst, 0.05 * 153 * 1.3 + 2);
}

TEST(Edges, TheCubicKernelDoesNotReachAcrossATear) {
  // A bright background beside a dark box, all at half pixels: a kernel that crosses the edge would
  // ring around it.
  const auto made =
      make(R"({"views": "left_original", "texture": 0.0, "grow": 0})",
           [](double x, double y, int) { return in_box(x, y) ? 0.1 : 0.9; }, box(8.5F, 0.5F));
  for (const int value : row(made[1], 0, 30)) {
    EXPECT_GE(value, 26 - 1);
    EXPECT_LE(value, 230 + 1);
  }
}

}  // namespace
}  // namespace relievo::test
