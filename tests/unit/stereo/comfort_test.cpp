// Parallax inside a budget: the curve, the taper at the side edges, peaks, and the node with them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/comfort_budget.hpp>

#include "plugins/stereo/parallax_limit.hpp"
#include "plugins/stereo/peak_allowance.hpp"
#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

using stereo::EdgeTaper;
using stereo::ParallaxLimit;
using stereo::PeakAllowance;
using testing::HasSubstr;

std::vector<float> limited(const ParallaxLimit& limit, std::vector<float> values) {
  limit.apply(values.data(), static_cast<int>(values.size()));
  return values;
}

TEST(ParallaxLimit, KeepsRandomParallaxInsideAnyBudgetInItsOrder) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    const auto front = std::uniform_real_distribution<float>(0.5F, 60.0F)(random);
    const auto behind = std::uniform_real_distribution<float>(0.5F, 60.0F)(random);
    std::uniform_real_distribution<float> parallax(-6.0F * behind, 6.0F * front);
    std::vector<float> values(400);
    for (auto& value : values) value = parallax(random);
    std::sort(values.begin(), values.end());
    const auto kept = limited(ParallaxLimit(front, behind), values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_LT(kept[i], front);
      EXPECT_GT(kept[i], -behind);
      if (i > 0) {
        EXPECT_GE(kept[i], kept[i - 1]);
      }
      if (i > 0 && values[i] - values[i - 1] > 0.01F) {
        EXPECT_GT(kept[i], kept[i - 1]);
      }
      const float knee = values[i] > 0 ? front : behind;
      if (std::abs(values[i]) < 0.833F * knee) {
        EXPECT_EQ(kept[i], values[i]);
      }
    }
  }
}

TEST(ParallaxLimit, HasNoKinkInItsSlope) {
  const ParallaxLimit limit(12.0F, 9.0F);
  std::vector<float> values;
  for (int i = -4000; i <= 4000; ++i) values.push_back(0.01F * static_cast<float>(i));
  const auto kept = limited(limit, values);
  double last = 1.0;
  for (std::size_t i = 1; i < kept.size(); ++i) {
    const double slope = (kept[i] - kept[i - 1]) / 0.01;
    if (i > 1) {
      EXPECT_NEAR(slope, last, 0.02) << values[i];
    }
    EXPECT_LT(slope, 1.01);
    last = slope;
  }
}

TEST(ParallaxLimit, NothingOfWhatHasNoLimitAndOfWhatIsInsideIsTouched) {
  EXPECT_FALSE(ParallaxLimit().acts_on(-1e6F, 1e6F));
  EXPECT_FALSE(ParallaxLimit(12.0F, 6.0F).acts_on(-5.0F, 10.0F));
  EXPECT_TRUE(ParallaxLimit(12.0F, 6.0F).acts_on(-5.1F, 0.0F));
  EXPECT_TRUE(ParallaxLimit(12.0F, 6.0F).acts_on(0.0F, 10.1F));
}

TEST(EdgeTaper, LeavesTheMiddleAndWhatIsBehindTheScreenUntouched) {
  EdgeTaper taper;
  taper.prepare(20.0, 3.0, 200);
  EXPECT_EQ(taper.margin(), 20);
  std::vector<float> front(200, 3.0F);
  std::vector<float> behind(200, -3.0F);
  taper.apply(front.data(), 200);
  taper.apply(behind.data(), 200);
  EXPECT_EQ(behind, std::vector<float>(200, -3.0F));
  for (std::size_t x = 20; x < 180; ++x) EXPECT_EQ(front[x], 3.0F);
  EXPECT_LT(front[0], 0.02F);
  for (std::size_t x = 0; x < 20; ++x) {
    EXPECT_GT(front[x], 0.0F);
    EXPECT_LT(front[x], front[x + 1]);
    EXPECT_EQ(front[x], front[199 - x]);
  }
}

TEST(EdgeTaper, NeverTearsWhatItBends) {
  EdgeTaper taper;
  for (const double front : {2.0, 10.0, 40.0}) {
    taper.prepare(5.0, front, 400);
    std::vector<float> row(400, static_cast<float>(front));
    taper.apply(row.data(), 400);
    for (std::size_t x = 1; x < 400; ++x) EXPECT_LT(std::abs(row[x] - row[x - 1]), 0.8F) << front;
  }
}

TEST(EdgeTaper, IsNoneWithoutAMarginAndAtMostHalfOfANarrowPicture) {
  EdgeTaper taper;
  taper.prepare(0.0, 40.0, 400);
  EXPECT_EQ(taper.margin(), 0);
  taper.prepare(30.0, 1.0, 21);
  std::vector<float> row(21, 1.0F);
  taper.apply(row.data(), 21);
  EXPECT_EQ(row[10], 1.0F);
  EXPECT_LT(row[9], 1.0F);
}

TEST(PeakAllowance, OpensInACalmShotAndIsSpentByAPeak) {
  PeakAllowance peaks(24);
  for (int i = 0; i < 60; ++i) static_cast<void>(peaks.next(0.0, 0));
  double last = peaks.next(0.0, 0);
  EXPECT_EQ(last, 1.0);
  for (int i = 0; i < 24; ++i) {
    const double open = peaks.next(0.05, 0);
    EXPECT_LT(open, last);
    EXPECT_GT(open, last - 0.08);  // never at once
    last = open;
  }
  EXPECT_NEAR(last, 0.0, 1e-9);
}

TEST(PeakAllowance, AShotThatBeginsInFrontGetsNone) {
  PeakAllowance peaks(24);
  for (int i = 0; i < 60; ++i) static_cast<void>(peaks.next(0.0, 0));
  for (int i = 0; i < 60; ++i) EXPECT_EQ(peaks.next(0.05, 1), 0.0);
}

TEST(ComfortBudget, AWideScreenAllowsLessBehindItAndANearOneLessInAngle) {
  const ComfortBudget usual;
  EXPECT_EQ(budget_on(usual, {}, 1.0).behind, usual.behind);
  const auto cinema = budget_on(usual, {12.0, 0.0}, 1.0);
  EXPECT_NEAR(cinema.behind, 0.525, 1e-9);
  EXPECT_EQ(cinema.front, usual.front);
  const auto near = budget_on(usual, {4.0, 2.0}, 1.0);
  EXPECT_NEAR(near.front, 100 * 2.0 * 0.0174551 / 4.0, 1e-4);
  EXPECT_NEAR(near.peak / near.front, usual.peak / usual.front, 1e-9);
  for (const auto& known : kScreens) {
    const auto budget = budget_on(usual, known.screen, 1.0);
    EXPECT_LE(budget.behind / 100.0 * known.screen.width_m, kEyesApart + 1e-9) << known.name;
    EXPECT_LE(parallax_degrees(budget.front, known.screen), 1.0 + 1e-9) << known.name;
  }
}

// A picture whose left half is far and right half near, and how far its middle columns have moved,
// in % of the width: behind, front.
struct Ends {
  double behind;
  double front;
};

Ends ends_of(const std::string& params, std::uint32_t semantic = RLV_SEM_RELATIVE_INVERSE) {
  constexpr int kWidth = 400;
  ViewRun run(params, colour_format(RLV_PF_GREY16, kWidth, 16), semantic);
  const auto colour = run.colour_frame();
  paint(colour, [](double x, double, int) { return x / kWidth; });
  const DepthMap depth(kWidth, 16, [](int x, int) { return x < kWidth / 2 ? 0.0F : 8.0F; });
  const auto views = run.views(colour, depth);
  const auto left = row(views[0], 0, 8);
  const auto right = row(views[1], 0, 8);
  const auto at = [&](std::size_t x) {
    return 100.0 / 65535 * (left[x] - right[x]);
  };
  return {at(100), -at(300)};
}

TEST(Comfort, OrdinaryDepthIsNotTouched) {
  const auto without = ends_of(R"({"comfort": "off"})");
  const auto with = ends_of(R"({"comfort": "auto"})");
  EXPECT_EQ(with.behind, without.behind);
  EXPECT_EQ(with.front, without.front);
  EXPECT_NEAR(with.behind, 1.0, 0.02);
}

TEST(Comfort, StrongDepthIsBentIntoTheBudget) {
  const auto with = ends_of(R"({"comfort": "auto", "strength": 8.0})");
  EXPECT_LT(with.behind, 1.2);
  EXPECT_GT(with.behind, 1.1);
  EXPECT_LT(with.front, 1.5);
  EXPECT_GT(with.front, 1.4);
}

TEST(Comfort, ANamedScreenLimitsWhatIsBehindIt) {
  const auto cinema = ends_of(R"({"comfort": "auto", "strength": 4.0, "screen": "cinema"})");
  EXPECT_LT(cinema.behind, 0.53);
  EXPECT_GT(cinema.behind, 0.45);
  const auto wider = ends_of(R"({"comfort": "auto", "strength": 4.0, "screen_width_m": 20.0})");
  EXPECT_LT(wider.behind, 0.32);
}

TEST(Comfort, GivenParallaxIsOnlyBentIfThatIsAsked) {
  EXPECT_NEAR(ends_of(R"({"comfort": "auto"})", RLV_SEM_DISPARITY_PX).front, 2.0, 0.02);
  EXPECT_LT(ends_of(R"({"comfort": "on"})", RLV_SEM_DISPARITY_PX).front, 1.5);
  EXPECT_NEAR(ends_of(R"({"comfort": "auto", "parallel": true, "strength": 4.0})").front, 4.0,
              0.05);
}

TEST(Comfort, APeakInACalmShotComesFartherOutForAWhile) {
  constexpr int kWidth = 400;
  ViewRun run(R"({"comfort": "auto", "strength": 5.0, "range_tolerance": 100.0})",
              colour_format(RLV_PF_GREY16, kWidth, 16), RLV_SEM_RELATIVE_INVERSE);
  std::int64_t index = 0;
  const auto front = [&](float near) {
    const auto colour = run.colour_frame(index++);
    paint(colour, [](double x, double, int) { return x / kWidth; });
    const auto views = run.views(
        colour, DepthMap(kWidth, 16, [=](int x, int) { return x < kWidth / 2 ? 0.0F : near; }));
    return 100.0 / 65535 * (row(views[1], 0, 8)[300] - row(views[0], 0, 8)[300]);
  };
  EXPECT_LT(front(1.0F), 1.5);  // from the beginning: bent into the lasting limit
  for (int i = 0; i < 60; ++i) EXPECT_NEAR(front(0.5F), 0.0, 0.03);
  double last = front(1.0F);
  EXPECT_GT(last, 2.1);
  EXPECT_LT(last, 2.5);
  for (int i = 0; i < 30; ++i) {
    const double now = front(1.0F);
    EXPECT_LE(now, last + 0.01);
    EXPECT_GT(now, last - 0.12);  // and goes back without a jump
    last = now;
  }
  EXPECT_LT(last, 1.5);
}

TEST(Comfort, WhatIsInFrontMeetsTheSideEdgesOnTheScreen) {
  constexpr int kWidth = 400;
  const auto columns = [](const std::string& params) {
    ViewRun run(params, colour_format(RLV_PF_GREY16, kWidth, 16), RLV_SEM_RELATIVE_INVERSE);
    const auto colour = run.colour_frame();
    paint(colour, [](double x, double, int) { return x / kWidth; });
    // Near but for a far bar in the middle.
    const DepthMap depth(kWidth, 16, [](int x, int) { return std::abs(x - 200) < 20 ? 0.F : 1.F; });
    const auto views = run.views(colour, depth);
    std::vector<double> shift;
    const auto left = row(views[0], 0, 8);
    const auto right = row(views[1], 0, 8);
    for (std::size_t x = 0; x < kWidth; ++x)
      shift.push_back(static_cast<double>(kWidth) / 65535 * (left[x] - right[x]));
    return shift;
  };
  const auto with = columns(R"({"comfort": "auto"})");
  const auto without = columns(R"({"comfort": "auto", "edge_taper": 0.0})");
  EXPECT_NEAR(with[1], 0.0, 0.1);
  EXPECT_NEAR(with[398], 0.0, 0.1);
  EXPECT_NEAR(without[10], -4.0, 0.1);
  for (std::size_t x = 24; x < 376; ++x) EXPECT_EQ(with[x], without[x]) << x;
}

TEST(Comfort, ADistanceWithoutAWidthIsNamed) {
  try {
    ViewRun run(R"({"screen_distance_m": 3.0})", colour_format(RLV_PF_GREY8, 64, 32),
                RLV_SEM_RELATIVE_INVERSE);
    FAIL() << "a distance alone was accepted";
  } catch (const std::exception& e) {
    EXPECT_THAT(e.what(), HasSubstr("set screen_width_m too"));
  }
}

}  // namespace
}  // namespace relievo::test
