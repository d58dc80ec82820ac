// Signs and units: where things land, against the formula.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

constexpr int kWidth = 200;
constexpr int kHeight = 60;

// The middle rows have one depth; the first rows are farthest (0), the last nearest (1), so that
// the range is known.
DepthMap wall(double depth) {
  return {kWidth, kHeight, [&](int, int y) {
            return static_cast<float>(y < 6 ? 0.0 : y >= kHeight - 6 ? 1.0 : depth);
          }};
}

double ramp(double x) {
  return 0.1 + 0.8 * x / (kWidth - 1);
}

// Pixels by which a ramp of light in the middle row moved to the right.
double shift_of(const Frame& view) {
  const auto middle = row(view, 0, kHeight / 2);
  double sum = 0;
  int count = 0;
  for (int x = 40; x < kWidth - 40; ++x, ++count) {
    const double value = middle[static_cast<std::size_t>(x)] / 65535.0;
    sum += x - (value - 0.1) / 0.8 * (kWidth - 1);
  }
  return sum / count;
}

struct Shifts {
  double left;
  double right;
};

Shifts shifts(const std::string& params, const DepthMap& depth,
              std::uint32_t semantic = RLV_SEM_RELATIVE_INVERSE) {
  ViewRun run(params, colour_format(RLV_PF_GREY16, kWidth, kHeight), semantic);
  const auto colour = run.colour_frame();
  paint(colour, [](double x, double, int) { return ramp(x); });
  const auto views = run.views(colour, depth);
  return {shift_of(views[0]), shift_of(views[1])};
}

constexpr double kNear = 2e-3;  // px

TEST(ViewGeometry, AWallLandsWhereStrengthAndConvergenceSay) {
  for (const double v : {0.0, 0.3, 0.5, 0.77, 1.0}) {
    const auto s = shifts(R"({"strength": 3.0, "convergence": 0.4})", wall(v));
    // parallax = x_right - x_left, above 0 behind the screen
    const double parallax = -0.03 * kWidth * (v - 0.4);
    EXPECT_NEAR(s.right, parallax / 2, kNear) << v;
    EXPECT_NEAR(s.left, -parallax / 2, kNear) << v;
  }
}

TEST(ViewGeometry, WhatIsNearIsInFrontOfTheScreen) {
  const auto s = shifts(R"({"strength": 4.0, "convergence": 0.5})", wall(1.0));
  EXPECT_LT(s.right, s.left);
}

TEST(ViewGeometry, OneEyeKeepsThePictureAndTheOtherHasAllTheParallax) {
  const double parallax = -0.02 * kWidth * (0.9 - 0.5);
  const auto left = shifts(R"({"views": "left_original"})", wall(0.9));
  EXPECT_NEAR(left.left, 0, kNear);
  EXPECT_NEAR(left.right, parallax, kNear);
  const auto right = shifts(R"({"views": "right_original"})", wall(0.9));
  EXPECT_NEAR(right.right, 0, kNear);
  EXPECT_NEAR(right.left, -parallax, kNear);
}

TEST(ViewGeometry, ParallelViewsPutTheFarthestOfARelativeDepthAtNoParallax) {
  const auto far = shifts(R"({"parallel": true})", wall(0.0));
  EXPECT_NEAR(far.left, 0, kNear);
  EXPECT_NEAR(far.right, 0, kNear);
  const auto near = shifts(R"({"parallel": true})", wall(1.0));
  EXPECT_NEAR(near.right - near.left, -0.02 * kWidth, kNear);
}

TEST(ViewGeometry, ParallelViewsOfMetresPutInfinityAtNoParallax) {
  // From 2 m (last rows) to 10 m (first rows): 4 m is half as near as 2 m.
  const DepthMap room(kWidth, kHeight, [](int, int y) {
    return y < 6 ? 10.0F : y >= kHeight - 6 ? 2.0F : 4.0F;
  });
  const auto s = shifts(R"({"parallel": true})", room, RLV_SEM_METRES);
  EXPECT_NEAR(s.right - s.left, -0.02 * kWidth * 0.5, kNear);
  auto inverse = room;
  for (auto& value : inverse.values) value = 1.0F / value;
  const auto same = shifts(R"({"parallel": true})", inverse, RLV_SEM_INVERSE_METRES);
  EXPECT_NEAR(same.right - same.left, s.right - s.left, kNear);
}

TEST(ViewGeometry, MetresAreInvertedBeforeTheyAreNormalised) {
  // 1/2 to 1/10: 1/4 lies at (0.25 - 0.1) / (0.5 - 0.1).
  const DepthMap room(kWidth, kHeight, [](int, int y) {
    return y < 6 ? 10.0F : y >= kHeight - 6 ? 2.0F : 4.0F;
  });
  const auto s = shifts(R"({"strength": 2.0, "convergence": 0.0})", room, RLV_SEM_METRES);
  EXPECT_NEAR(s.right - s.left, -0.02 * kWidth * 0.375, kNear);
}

TEST(ViewGeometry, ADisparityInPixelsIsTakenAsItIs) {
  for (const double d : {3.0, 2.25, 7.6}) {
    const DepthMap map(kWidth, kHeight, [&](int, int) { return static_cast<float>(d); });
    const auto s =
        shifts(R"({"views": "left_original", "strength": 5.0})", map, RLV_SEM_DISPARITY_PX);
    EXPECT_NEAR(s.right, -d, kNear) << d;
    const auto scaled =
        shifts(R"({"views": "left_original", "disparity_scale": 0.5})", map, RLV_SEM_DISPARITY_PX);
    EXPECT_NEAR(scaled.right, -d / 2, kNear) << d;
    const auto both = shifts("{}", map, RLV_SEM_DISPARITY_PX);
    EXPECT_NEAR(both.left, d / 2, kNear) << d;
    EXPECT_NEAR(both.right, -d / 2, kNear) << d;
  }
}

TEST(ViewGeometry, ADisparityOfASmallerMapGrowsWithThePicture) {
  const DepthMap map(kWidth / 4, kHeight / 4, [](int, int) { return 1.5F; });
  const auto s = shifts(R"({"views": "left_original"})", map, RLV_SEM_DISPARITY_PX);
  EXPECT_NEAR(s.right, -6, kNear);
}

TEST(ViewGeometry, AWholeDisparityMovesSamplesWithoutChangingThem) {
  ViewRun run(R"({"views": "left_original"})", colour_format(RLV_PF_RGB24, 64, 12),
              RLV_SEM_DISPARITY_PX);
  const auto colour = run.colour_frame();
  paint(colour, pattern);
  const auto views = run.views(colour, DepthMap(64, 12, [](int, int) { return 5.0F; }));
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 12; ++y) {
      const auto left = row(colour, c, y);
      const auto right = row(views[1], c, y);
      for (std::size_t x = 0; x + 5 < 64; ++x) ASSERT_EQ(right[x], left[x + 5]) << x << ',' << y;
    }
}

TEST(ViewGeometry, FlatDepthGivesTheSameViewsBesideTheConvergenceShift) {
  ViewRun run(R"({"strength": 4.0, "convergence": 0.0})", colour_format(RLV_PF_RGB24, 100, 8),
              RLV_SEM_RELATIVE_INVERSE);
  const auto colour = run.colour_frame();
  paint(colour, pattern);
  const auto views = run.views(colour, DepthMap(10, 8, [](int, int) { return 3.0F; }));
  // Flat lies at 0.5: parallax -2 px in all, -1 for each eye.
  for (int y = 0; y < 8; ++y) {
    const auto source = row(colour, 1, y);
    const auto left = row(views[0], 1, y);
    const auto right = row(views[1], 1, y);
    for (std::size_t x = 1; x + 1 < 100; ++x) {
      ASSERT_EQ(left[x], source[x - 1]);
      ASSERT_EQ(right[x], source[x + 1]);
    }
  }
}

TEST(ViewGeometry, NothingMovesUpOrDown) {
  ViewRun run(R"({"fill": "none", "strength": 10.0})", colour_format(RLV_PF_GREY8, 120, 40),
              RLV_SEM_RELATIVE_INVERSE);
  const auto colour = run.colour_frame();
  paint(colour, [](double, double y, int) { return (50 + 5 * y) / 255.0; });
  const DepthMap depth(120, 40, [](int x, int y) {
    return static_cast<float>(std::hypot(x - 60.0, y - 20.0) < 12 ? 1.0 : 0.01 * y);
  });
  for (const auto& view : run.views(colour, depth))
    for (int y = 0; y < 40; ++y)
      for (const int value : row(view, 0, y))
        ASSERT_TRUE(value == 50 + 5 * y || value == 16 || (y == 0 && value == 50)) << y;
}

TEST(ViewGeometry, SwapEyesExchangesTheViews) {
  const auto plain = shifts("{}", wall(0.9));
  const auto swapped = shifts(R"({"swap_eyes": true})", wall(0.9));
  EXPECT_EQ(plain.left, swapped.right);
  EXPECT_EQ(plain.right, swapped.left);
}

TEST(ViewGeometry, ComparisonMethodsUseTheSameSigns) {
  for (const std::string method : {"simple", "backward"}) {
    const auto s = shifts(R"({"convergence": 0.0, "method": ")" + method + "\"}", wall(1.0));
    EXPECT_NEAR(s.right, -2, 0.01) << method;
    EXPECT_NEAR(s.left, 2, 0.01) << method;
  }
}

}  // namespace
}  // namespace relievo::test
