#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "tests/support/paths.hpp"
#include "tests/unit/media/in/cut_material.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

void expect_good(const Score& score) {
  ::testing::Test::RecordProperty("precision", std::to_string(score.precision()));
  ::testing::Test::RecordProperty("recall", std::to_string(score.recall()));
  std::printf("  %d right, %d wrong, %d missed\n", score.right, score.wrong, score.missed);
  EXPECT_GE(score.precision(), 0.95);
  EXPECT_GE(score.recall(), 0.95);
}

TEST(CutsFull, FindsSplicesOfDifferentClipsInManyFilms) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_good(splice(whole_shots(), test_seed(), 150));
}

TEST(CutsFull, FindsTheCutsOfTheCartoon) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/bbb_cuts_720p24/bbb_0_30.webm");
  std::vector<double> seconds;
  for (const auto& info : found_shots(path.string()))
    seconds.push_back(static_cast<double>(info.pts) / 1000);
  ASSERT_THAT(seconds, SizeIs(3));
  EXPECT_NEAR(seconds[0], 11.79, 0.02);
  EXPECT_NEAR(seconds[1], 15.67, 0.02);
  EXPECT_NEAR(seconds[2], 22.96, 0.02);
}

TEST(CutsFull, FindsNoneInClipsOfOneShot) {
  for (const auto* name :
       {"juggle_720p24/juggle.mp4", "golf_walk_1080p30/golf.mov", "flower_540p30/flower.mp4",
        "chaplin_360p25/chaplin.mp4", "phone_hlg_vfr_rot_1080p/phone_hlg.mp4",
        "paraglide_480p30/paraglide.mp4"}) {
    RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + name);
    EXPECT_THAT(found_shots(path.string()), IsEmpty()) << name;
  }
}

// CPU time of this thread, which neighbours on the machine do not change much.
TEST(CutsFull, CostsLessThanTwoMillisecondsFor720p) {
#ifdef RLV_SANITIZED
  GTEST_SKIP() << "sanitizers are slow";
#endif
  RLV_SHARED_DATA_OR_SKIP(path, "video/juggle_720p24/juggle.mp4");
  FilmRun film(path.string());
  film.read_all(60);
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    NodeRun run(cuts(), kCutsDefaults);
    run.open(film.format);
    const auto frames = film.frames;
    const auto begin = std::clock();
    static_cast<void>(run.give(frames));
    best = std::min(best, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / 60);
  }
  std::printf("  %.2f ms a frame\n", best);
  EXPECT_LT(best, 2.0);
}

}  // namespace
}  // namespace relievo::test
