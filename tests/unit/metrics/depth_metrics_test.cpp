// Measures of depth on scenes whose answer is known by hand.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "core/metrics/depth_agreement.hpp"
#include "core/metrics/edge_sharpness.hpp"
#include "core/metrics/flicker_alone.hpp"
#include "core/metrics/percentile.hpp"

namespace relievo::metrics {
namespace {

constexpr int kWidth = 32;
constexpr int kHeight = 12;

template <class Value>
std::vector<float> map_of(Value&& value) {
  std::vector<float> map;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) map.push_back(static_cast<float>(value(x, y)));
  return map;
}

std::vector<float> step_at(int column) {
  return map_of([=](int x, int /*y*/) { return x < column ? 0.0 : 1.0; });
}

TEST(ShareWithin, CountsPixelsWithinTheFactorInBothDirections) {
  const std::vector<float> truth{1, 1, 1, 1};
  const std::vector<float> predicted{1.2F, 1.3F, 0.85F, 0.75F};
  EXPECT_NEAR(share_within(predicted, truth, {}), 0.5, 1e-12);
  EXPECT_NEAR(share_within(predicted, truth, {}, 1.31), 0.75, 1e-12);
}

TEST(Percentile, LiesBetweenNeighboursAndLeavesOutWhatIsNotFinite) {
  const std::vector<float> values{4, 1, std::numeric_limits<float>::infinity(), 3, 2};
  EXPECT_NEAR(percentile(values, 0), 1, 1e-12);
  EXPECT_NEAR(percentile(values, 50), 2.5, 1e-12);
  EXPECT_NEAR(percentile(values, 100), 4, 1e-12);
  EXPECT_EQ(percentile(std::vector<float>{}, 50), 0);
}

TEST(EdgeSharpness, AStepOnTheColourEdgeIsWhole) {
  const auto result = edge_sharpness(step_at(16), step_at(16), kWidth, kHeight);
  EXPECT_NEAR(result.share, 1, 1e-9);
  EXPECT_EQ(result.edges, 2U * (kHeight - 8));
}

TEST(EdgeSharpness, ARampOverTheWindowKeepsAQuarter) {
  const auto ramp = map_of([](int x, int /*y*/) { return std::clamp((x - 8) / 16.0, 0.0, 1.0); });
  const auto result = edge_sharpness(ramp, step_at(16), kWidth, kHeight);
  EXPECT_GT(result.edges, 0U);
  EXPECT_NEAR(result.share, 0.25, 1e-6);
}

TEST(EdgeSharpness, AStepBesideTheColourEdgeCountsNothing) {
  EXPECT_NEAR(edge_sharpness(step_at(19), step_at(16), kWidth, kHeight).share, 0, 1e-9);
}

TEST(EdgeSharpness, ColourWithoutDepthIsNotJudged) {
  const auto slope = map_of([](int x, int /*y*/) { return x / 320.0; });
  EXPECT_EQ(edge_sharpness(map_of([](int, int) { return 1; }), step_at(16), kWidth, kHeight).edges,
            0U);
  EXPECT_EQ(edge_sharpness(step_at(16), slope, kWidth, kHeight).edges, 0U);
}

TEST(FlickerAlone, IsTheWobbleInPartsOfTheRange) {
  const auto now = step_at(16);
  const auto wobble = map_of([](int x, int y) { return (x < 16 ? 0.0 : 1.0) + (y % 2) * 0.1; });
  const std::vector<float> still(2 * now.size(), 0.0F);
  const std::vector<std::uint8_t> seen(now.size(), 1);
  EXPECT_NEAR(flicker_alone(now, wobble, still, seen, kWidth, kHeight), 0.05, 1e-6);
  EXPECT_NEAR(flicker_alone(now, now, still, seen, kWidth, kHeight), 0, 1e-12);
}

TEST(FlickerAlone, FollowsTheFlowAndLeavesOutWhatIsHidden) {
  const auto now = step_at(16);
  const auto next = step_at(18);
  std::vector<float> flow(2 * now.size(), 0.0F);
  for (std::size_t i = 0; i < flow.size(); i += 2) flow[i] = 2;
  std::vector<std::uint8_t> seen(now.size(), 1);
  EXPECT_NEAR(flicker_alone(now, next, flow, seen, kWidth, kHeight), 0, 1e-9);
  std::fill(flow.begin(), flow.end(), 0.0F);
  EXPECT_NEAR(flicker_alone(now, next, flow, seen, kWidth, kHeight), 2.0 / kWidth, 1e-6);
  std::fill(seen.begin(), seen.end(), std::uint8_t{0});
  EXPECT_EQ(flicker_alone(now, next, flow, seen, kWidth, kHeight), 0);
}

}  // namespace
}  // namespace relievo::metrics
