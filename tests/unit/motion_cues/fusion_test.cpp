#include "fusion.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "cues.hpp"
#include "statistics.hpp"
#include "temporal.hpp"
#include "tools/scenes/geometry.hpp"

namespace relievo::motion_cues {
namespace {

constexpr int kSide = 60;

DepthState state(float inverse, float variance, bool measured = true) {
  return {cv::Mat1f(kSide, kSide, inverse), cv::Mat1f(kSide, kSide, variance), measured};
}
Measurement seen(float inverse, float variance) {
  Measurement result;
  result.has_depth = true;
  result.inverse = cv::Mat1f(kSide, kSide, inverse);
  result.variance = cv::Mat1f(kSide, kSide, variance);
  return result;
}

TEST(Fusion, TheFirstMeasurementReplacesTheGuess) {
  auto depth = state(0.9F, kUnknown, false);
  auto first = seen(0.2F, 0.001F);
  first.variance(5, 5) = kUnknown;
  fuse(depth, first);
  EXPECT_TRUE(depth.measured);
  EXPECT_FLOAT_EQ(depth.inverse(10, 10), 0.2F);
  EXPECT_FLOAT_EQ(depth.inverse(5, 5), 0.9F) << "not measured there";
}

TEST(Fusion, TheSurerSideWins) {
  auto sure = state(0.2F, 1e-4F);
  fuse(sure, seen(0.4F, 0.05F));
  EXPECT_LT(sure.inverse(3, 3), 0.25F);
  auto unsure = state(0.2F, 0.05F);
  fuse(unsure, seen(0.4F, 1e-4F));
  EXPECT_GT(unsure.inverse(3, 3), 0.35F);
}

TEST(Fusion, RepeatedMeasurementsConverge) {
  auto depth = state(0.5F, kUnknown);
  scenes::Random random(4);
  for (int i = 0; i < 30; ++i)
    fuse(depth, seen(static_cast<float>(0.3 + random.uniform(-0.05, 0.05)), 8e-4F));
  EXPECT_NEAR(depth.inverse(30, 30), 0.3, 0.02);
  EXPECT_LT(depth.variance(30, 30), 5e-4F);
}

TEST(CueFit, BringsTheCuesToTheUnitsOfTheParallax) {
  const auto cues = height_cue({kSide, kSide}).nearness;
  DepthState known{0.6 * cues - 0.1, cv::Mat1f(kSide, kSide, 1e-3F), true};
  known.variance.rowRange(0, 20).setTo(kUnknown);
  known.inverse.rowRange(0, 20).setTo(7);  // nonsense that is known to be nonsense
  CueFit fit;
  fit.update(cues, known);
  const auto depth = fit.blend(cues, known);
  EXPECT_NEAR(depth.inverse(10, 10), 0.6 * cues(10, 10) - 0.1, 0.01);
  EXPECT_NEAR(depth.inverse(50, 10), 0.6 * cues(50, 10) - 0.1, 0.01);
  EXPECT_GT(depth.weight(50, 10), 5 * depth.weight(10, 10));
}

TEST(CueFit, CuesThatRunAgainstTheParallaxAreFlattened) {
  const auto cues = height_cue({kSide, kSide}).nearness;
  const DepthState known{0.5 - 0.4 * cues, cv::Mat1f(kSide, kSide, 1e-3F), true};
  CueFit fit;
  fit.update(cues, known);
  DepthState unknown{known.inverse, cv::Mat1f(kSide, kSide, kUnknown), true};
  const auto depth = fit.blend(cues, unknown);
  EXPECT_NEAR(depth.inverse(5, 5), depth.inverse(55, 5), 0.01);
}

TEST(Stand, MovesDepthMostOfTheWayToTheGround) {
  WeightedDepth depth{cv::Mat1f(kSide, kSide, 0.0F), cv::Mat1f(kSide, kSide, 1.0F)};
  cv::Mat1f supported(kSide, kSide, -1.0F);
  supported(20, 20) = 0.5F;
  stand(depth, supported);
  EXPECT_GT(depth.inverse(20, 20), 0.3F);
  EXPECT_EQ(depth.inverse(21, 20), 0.0F);
}

TEST(OutputRange, KeepsItsScaleSoThatATrueChangeShows) {
  OutputRange range;
  cv::Mat1f first(kSide, kSide, 2.0F);
  range.apply(first);
  cv::Mat1f nearer(kSide, kSide, 2.5F);
  range.apply(nearer);
  EXPECT_NEAR(nearer(0, 0) / first(0, 0), 1.25, 1e-4);
}

TEST(OutputRange, NeverLeavesZeroToOne) {
  OutputRange range;
  for (const float value : {0.3F, 50.0F, -4.0F, 0.0F, 1e6F}) {
    cv::Mat1f map(kSide, kSide, value);
    range.apply(map);
    EXPECT_TRUE(cv::checkRange(map, true, nullptr, 0, 1.0000001)) << value;
  }
}

TEST(Carry, FollowsTheFlowAndForgetsWhatWasOutOfView) {
  DepthState depth = state(0, 1e-3F);
  for (int x = 0; x < kSide; ++x) depth.inverse.col(x).setTo(x / 100.0);
  cv::Mat1f cues = depth.inverse.clone();
  const cv::Mat2f flow(kSide, kSide, cv::Vec2f(5, 0));  // came from the right
  carry(depth, cues, flow, cv::Mat1f(kSide, kSide, 0.0F), 0);
  EXPECT_NEAR(depth.inverse(30, 20), 0.25, 1e-4);
  EXPECT_NEAR(cues(30, 20), 0.25, 1e-4);
  EXPECT_EQ(depth.variance(30, 57), kUnknown);
  EXPECT_LT(depth.variance(30, 20), 2e-3F);
}

TEST(Carry, WhatTheCameraAdvancesTowardsComesNearer) {
  auto depth = state(0.25F, 1e-3F);  // 4 units away
  cv::Mat1f cues(kSide, kSide, 0.25F);
  carry(depth, cues, cv::Mat2f(kSide, kSide, cv::Vec2f(0, 0)), cv::Mat1f(kSide, kSide, 0.0F), 1.0);
  EXPECT_NEAR(depth.inverse(30, 30), 1.0 / 3, 1e-5);
}

TEST(Carry, AMismatchMakesDepthLessCertain) {
  auto depth = state(0.25F, 1e-4F);
  cv::Mat1f cues(kSide, kSide, 0.25F);
  cv::Mat1f miss(kSide, kSide, 0.0F);
  miss(30, 30) = 30;
  carry(depth, cues, cv::Mat2f(kSide, kSide, cv::Vec2f(0, 0)), miss, 0);
  EXPECT_GT(depth.variance(30, 30), 10 * depth.variance(10, 10));
}

TEST(Statistics, QuantilesOfAMapAndOfAList) {
  std::vector<double> values{5, 1, 4, 2, 3};
  EXPECT_EQ(quantile(values, 0.0), 1);
  EXPECT_EQ(quantile(values, 0.5), 3);
  EXPECT_EQ(quantile(values, 1.0), 5);
  std::vector<double> none;
  EXPECT_EQ(quantile(none, 0.5), 0);
  EXPECT_FLOAT_EQ(static_cast<float>(quantile_of(cv::Mat1f(1, 1, 0.4F), 0.9)), 0.4F);
}

}  // namespace
}  // namespace relievo::motion_cues
