// Depths of shots, counted by the node 'quality.shots'.
#include "core/quality/shot_depths.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>

#include "core/quality/nodes.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {
namespace {

using quality::ShotDepthsFinder;

constexpr int kWidth = 96;
constexpr int kHeight = 54;

// A node stands for the host that frames come from.
class ShotDepths : public ::testing::Test {
 protected:
  static constexpr const char* kParams =
      R"({"far_percentile": 1.0, "near_percentile": 99.0, "range_look_ahead": 2})";

  // A sharp bar of depth `subject` in the middle before a ground from 0 to `near`.
  void add(std::int64_t index, std::int64_t shot_id, float subject, float near = 1.0F) {
    auto info = frame_info(colour_format(RLV_PF_GREY8, kWidth, kHeight), index);
    info.shot_id = shot_id;
    info.transition = index > 0 && shot_id > 0 ? RLV_TRANSITION_HARD : RLV_TRANSITION_NONE;
    const Host host(node_.host());
    const auto colour = host.new_frame(info);
    info.semantic = RLV_SEM_RELATIVE_INVERSE;
    info.pixel_format = RLV_PF_MAP_F32;
    const auto depth = host.new_frame(info);
    const auto luma = colour.plane<std::uint8_t>(0);
    const auto map = depth.plane<float>(0);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const bool in_bar = std::abs(x - kWidth / 2) < 16;
        luma.at(x, y) = static_cast<std::uint8_t>(in_bar ? 60 + 130 * (x % 2) : 100);
        map.at(x, y) = in_bar ? subject : near * static_cast<float>(y) / (kHeight - 1);
      }
    finder_.add(colour, depth);
  }

  TestRun run_;
  const rlv_node_type type_ = quality::shots_type();
  host::NodeInstance node_{type_, run_.context, "shots", "shots", config_json(kParams)};
  ShotDepthsFinder finder_{DepthRange::Options{.look_ahead = 2}};
};

TEST_F(ShotDepths, EachShotHasItsTimesItsHistogramAndItsSubject) {
  for (int i = 0; i < 12; ++i) add(i, i < 5 ? 0 : 1, i < 5 ? 0.3F : 0.7F);
  finder_.finish();
  ASSERT_EQ(finder_.shots().size(), 2U);
  const auto& first = finder_.shots()[0];
  const auto& second = finder_.shots()[1];
  EXPECT_EQ(first.frames, 5);
  EXPECT_EQ(second.frames, 7);
  EXPECT_NEAR(second.begin_s, 5.0 / 24, 1e-9);
  EXPECT_NEAR(second.end_s, 12.0 / 24, 1e-9);
  EXPECT_EQ(second.transition, std::uint32_t{RLV_TRANSITION_HARD});
  EXPECT_NEAR(std::accumulate(first.histogram.begin(), first.histogram.end(), 0.0), 5, 1e-6);
  // A third of the picture is the bar, and about a twentieth of the rest has its depth too.
  EXPECT_NEAR(first.histogram[5] + first.histogram[6], 5 * 0.39, 0.3);
  EXPECT_NEAR(first.subjects[2], 0.3, 0.07);
  EXPECT_NEAR(second.subjects[2], 0.7, 0.07);
  EXPECT_EQ(finder_.moments().size(), 12U);
}

TEST_F(ShotDepths, WhatScaleDepthHasDoesNotMatter) {
  for (int i = 0; i < 6; ++i) add(i, 0, 30.0F, 100.0F);
  finder_.finish();
  ASSERT_EQ(finder_.shots().size(), 1U);
  EXPECT_NEAR(finder_.shots()[0].subjects[2], 0.3, 0.07);
  EXPECT_NEAR(finder_.shots()[0].highs[2], 100, 5);
}

TEST_F(ShotDepths, NothingIsNoShot) {
  finder_.finish();
  EXPECT_TRUE(finder_.shots().empty());
  EXPECT_TRUE(finder_.moments().empty());
}

TEST_F(ShotDepths, MomentsOfALongFilmAreMergedInOrder) {
  const int frames = static_cast<int>(ShotDepthsFinder::kMostMoments) + 500;
  for (int i = 0; i < frames; ++i) add(i, 0, 0.5F);
  finder_.finish();
  const auto& moments = finder_.moments();
  EXPECT_LE(moments.size(), ShotDepthsFinder::kMostMoments);
  int all = 0;
  double last = -1;
  for (const auto& moment : moments) {
    all += moment.frames;
    EXPECT_GT(moment.time_s, last);
    last = moment.time_s;
  }
  EXPECT_EQ(all, frames);
}

}  // namespace
}  // namespace relievo::test
