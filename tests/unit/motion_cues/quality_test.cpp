// Depth against the truth of scenes that nothing was tuned on (seeds 201 and up) and of recorded
// data. RLV_FULL: the long form.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/paths.hpp"
#include "tools/judge/subjects.hpp"

namespace relievo::judge {
namespace {

#ifdef RLV_FULL
constexpr int kFrames = 96;
constexpr int kWidth = 640;
constexpr int kHeight = 360;
const std::vector<std::uint64_t> kSeeds{201, 202, 203};
#else
constexpr int kFrames = 14;
constexpr int kWidth = 400;
constexpr int kHeight = 224;
const std::vector<std::uint64_t> kSeeds{201};
#endif

const DepthRunner& mine() {
  static const DepthRunner runner(RLV_MOTION_CUES_PLUGIN,
                                  R"({"working_pixels": 102400, "look_ahead": 8, "cues": 1.0})");
  return runner;
}
const DepthRunner& ramp() {
  static const DepthRunner runner({}, {});
  return runner;
}

class MovingCamera : public testing::TestWithParam<std::string> {};

TEST_P(MovingCamera, BeatsTheRampByFifteenPercent) {
  for (const auto seed : kSeeds) {
    for (const auto& subject : scene_subjects(GetParam(), seed, kFrames, kWidth, kHeight)) {
      const auto depth = judge(mine(), subject).verdict;
      const auto plain = judge(ramp(), subject).verdict;
      std::printf("%s %d: AbsRel %.3f (ramp %.3f), rank %.3f (%.3f), flicker %.4f\n",
                  subject.name.c_str(), static_cast<int>(seed), depth.abs_rel, plain.abs_rel,
                  depth.rank, plain.rank, depth.flicker);
      if (!subject.translates) {
        EXPECT_LT(depth.abs_rel, 1.01 * plain.abs_rel) << subject.name << ' ' << seed;
        continue;
      }
      EXPECT_LT(depth.abs_rel, 0.85 * plain.abs_rel) << subject.name << ' ' << seed;
      EXPECT_GT(depth.rank, 0.6) << subject.name << ' ' << seed;
    }
  }
}

#ifdef RLV_FULL
INSTANTIATE_TEST_SUITE_P(Scenes, MovingCamera,
                         testing::Values("dolly", "pan", "walkers", "fast", "handheld", "room",
                                         "cuts"));
#else
INSTANTIATE_TEST_SUITE_P(Scenes, MovingCamera,
                         testing::Values("dolly", "pan", "fast", "handheld", "room"));
#endif

class StandingCamera : public testing::TestWithParam<std::string> {};

TEST_P(StandingCamera, IsNeverWorseThanTheRamp) {
  for (const auto seed : kSeeds) {
    for (const auto& subject : scene_subjects(GetParam(), seed, kFrames, kWidth, kHeight)) {
      const auto depth = judge(mine(), subject).verdict;
      const auto plain = judge(ramp(), subject).verdict;
      std::printf("%s %d: AbsRel %.3f (ramp %.3f)\n", subject.name.c_str(), static_cast<int>(seed),
                  depth.abs_rel, plain.abs_rel);
      EXPECT_LT(depth.abs_rel, 1.01 * plain.abs_rel) << subject.name << ' ' << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenes, StandingCamera, testing::Values("rotation", "zoom", "static"));

#ifdef RLV_FULL
TEST(Dolly, ATrueChangeOfDepthSurvives) {
  for (const auto seed : kSeeds) {
    const auto subject = scene_subjects("dolly", seed, 240, kWidth, kHeight).front();
    const auto depth = judge(mine(), subject).verdict;
    std::printf("dolly %d: median depth falls %.2f times as fast as it does\n",
                static_cast<int>(seed), depth.slope / depth.true_slope);
    EXPECT_NEAR(depth.slope / depth.true_slope, 1, 0.1) << seed;
  }
}
#endif

TEST(RecordedSequences, BeatTheRampByFifteenPercent) {
  RLV_SHARED_DATA_OR_SKIP(folder, "rgbd");
  for (const auto* name : {"seq_hololens_kitchen", "seq_redwood_livingroom"}) {
    const auto subject = rgbd_sequence(folder / name);
    const auto depth = judge(mine(), subject).verdict;
    const auto plain = judge(ramp(), subject).verdict;
    std::printf("%s: AbsRel %.3f (ramp %.3f), rank %.3f\n", name, depth.abs_rel, plain.abs_rel,
                depth.rank);
    EXPECT_LT(depth.abs_rel, 0.85 * plain.abs_rel) << name;
    EXPECT_GT(depth.rank, 0.6) << name;
  }
}

TEST(RecordedStills, AreNeverWorseThanTheRamp) {
  RLV_SHARED_DATA_OR_SKIP(root, "stereo");
  std::vector<Subject> subjects;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    subjects.push_back(stereo_still(entry.path()));
  for (auto& still : rgbd_stills(root.parent_path() / "rgbd/icl_livingroom", 5000))
    subjects.push_back(std::move(still));
  for (auto& still : rgbd_stills(root.parent_path() / "rgbd/kinect_dining_room", 1000))
    subjects.push_back(std::move(still));
  for (const auto& subject : subjects)
    EXPECT_LT(judge(mine(), subject).verdict.abs_rel,
              1.002 * judge(ramp(), subject).verdict.abs_rel)
        << subject.name;
}

}  // namespace
}  // namespace relievo::judge
