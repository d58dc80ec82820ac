#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "core/metrics/depth_agreement.hpp"
#include "core/metrics/flicker.hpp"

namespace relievo::metrics {
namespace {

const std::vector<float> kTruth{0.1F, 0.2F, 0.4F, 0.8F};

TEST(DepthAgreement, ScaleAndShiftAreForgiven) {
  std::vector<float> predicted;
  for (const float t : kTruth) predicted.push_back(5 * t + 3);
  Aligner aligner;
  aligner.add(predicted, kTruth);
  EXPECT_NEAR(aligner.best().scale, 0.2, 1e-6);
  EXPECT_NEAR(aligner.best().shift, -0.6, 1e-5);
  EXPECT_NEAR(abs_rel(predicted, kTruth, aligner.best()), 0, 1e-5);
}

TEST(DepthAgreement, DepthThatRunsTheWrongWayGetsAFlatMap) {
  const std::vector<float> predicted{4, 3, 2, 1};
  Aligner aligner;
  aligner.add(predicted, kTruth);
  EXPECT_EQ(aligner.best().scale, 0);
  EXPECT_NEAR(aligner.best().shift, 0.375, 1e-6);
}

TEST(DepthAgreement, UnknownAndFarPixelsAreLeftOut) {
  const std::vector<float> truth{0.1F, std::numeric_limits<float>::quiet_NaN(), 0.001F, 0.3F};
  const std::vector<float> predicted{0.1F, 99, 99, 0.45F};
  EXPECT_NEAR(abs_rel(predicted, truth, {}), 0.25, 1e-6);
}

TEST(DepthAgreement, RankCorrelationSeesOrderOnly) {
  const std::vector<float> monotone{1, 10, 11, 1000};
  const std::vector<float> reversed{4, 3, 2, 1};
  const std::vector<float> flat{1, 1, 1, 1};
  EXPECT_NEAR(rank_correlation(monotone, kTruth), 1, 1e-12);
  EXPECT_NEAR(rank_correlation(reversed, kTruth), -1, 1e-12);
  EXPECT_EQ(rank_correlation(flat, kTruth), 0);
  // Ranks 1 2.5 2.5 4 against 1 2 3 4, by hand: 4.5 / sqrt(4.5 * 5).
  EXPECT_NEAR(rank_correlation(std::vector<float>{1, 2, 2, 3}, kTruth), 4.5 / std::sqrt(22.5),
              1e-12);
}

TEST(DepthAgreement, ResamplingKeepsARampInPlace) {
  const std::vector<float> ramp{0.5F, 1.5F, 2.5F, 3.5F};  // value = x in pixels
  const auto half = resampled(ramp, 4, 1, 2, 1);
  EXPECT_NEAR(half[0], 1, 1e-6);
  EXPECT_NEAR(half[1], 3, 1e-6);
}

TEST(DepthAgreement, SlopeAndMedian) {
  const std::vector<double> line{3, 5, 7, 9};
  EXPECT_NEAR(slope(line), 2, 1e-12);
  EXPECT_EQ(median({5, 1, 3}), 3);
}

TEST(Flicker, CountsChangeThatTheSceneDoesNotHave) {
  const std::vector<float> truth(16, 0.5F);
  const std::vector<float> brighter(16, 0.6F);
  const std::vector<float> flow(32, 0.0F);
  const std::vector<std::uint8_t> seen(16, 1);
  EXPECT_NEAR(flicker({truth, truth}, {truth, truth}, flow, seen, 4, 4), 0, 1e-9);
  EXPECT_NEAR(flicker({truth, truth}, {brighter, truth}, flow, seen, 4, 4), 0.2, 1e-6);
  EXPECT_NEAR(flicker({truth, truth}, {brighter, brighter}, flow, seen, 4, 4), 0, 1e-6);
}

TEST(Flicker, FollowsTheFlow) {
  std::vector<float> now, next, flow;
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 8; ++x) {
      now.push_back(static_cast<float>(x));
      next.push_back(static_cast<float>(x - 1));  // everything went one pixel to the right
      flow.insert(flow.end(), {1.0F, 0.0F});
    }
  }
  std::vector<std::uint8_t> seen(16, 1);
  seen[7] = seen[15] = 0;  // left the picture
  EXPECT_NEAR(flicker({now, now}, {next, next}, flow, seen, 8, 2), 0, 1e-9);
  EXPECT_NEAR(flicker({now, now}, {now, next}, flow, seen, 8, 2), 14.0 / 42, 1e-6);
}

}  // namespace
}  // namespace relievo::metrics
