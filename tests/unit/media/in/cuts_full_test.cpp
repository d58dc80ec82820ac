#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "tests/support/paths.hpp"
#include "tests/unit/media/in/cut_runs.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using judge::Join;
using ::testing::IsEmpty;

const std::vector<judge::Shot>& whole_shots() {
  static const auto* const shots =
      new std::vector<judge::Shot>(judge::read_test_clips(*shared_data("video"), true));
  return *shots;
}

TEST(CutsFull, FindsHardCutsInManyFilms) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"splices", "halves"}) add_films(all, kind, whole_shots(), 60);
  EXPECT_GE(all.hard.recall(), 0.97);
  EXPECT_GE(all.hard_precision(), 0.97);
}

TEST(CutsFull, FindsDissolvesAndFadesInManyFilms) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"dissolves", "fades", "mixed"}) add_films(all, kind, whole_shots(), 30);
  EXPECT_GE(all.dissolve.recall(), 0.8);
  EXPECT_GE(all.fade.recall(), 0.8);
  EXPECT_LE(all.wrong_per_minute(), 1.0);
}

TEST(CutsFull, FindsNothingInManyFilmsWithoutCuts) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"plain", "flashes", "flicker", "grain", "pans", "fast", "shakes"})
    add_films(all, kind, whole_shots(), 40);
  EXPECT_LE(all.wrong_per_minute(), 1.0);
}

TEST(CutsFull, FindsTheSameInGeneratedScenes) {
  const auto shots = judge::render_shots(test_seed(), 100);
  judge::CutVerdict all;
  for (const auto* kind : {"splices", "halves", "dissolves", "fades"})
    add_films(all, kind, shots, 15);
  EXPECT_GE(all.hard.recall(), 0.97);
  EXPECT_GE(all.hard_precision(), 0.97);
  EXPECT_GE(all.dissolve.recall(), 0.7);  // cameras travel fast in some of them
  EXPECT_GE(all.fade.recall(), 0.8);
}

TEST(CutsFull, FindsTheHardCutsOfTheCartoon) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/bbb_cuts_720p24/bbb_0_30.webm");
  std::vector<int> hard;
  for (const auto& join : joins_of_film(path.string()))
    if (join.kind == Join::Kind::kHard) hard.push_back(join.first);
  // 11.79, 15.67 and 22.96 s.
  EXPECT_THAT(hard, ::testing::ElementsAre(283, 376, 551));
}

TEST(CutsFull, FindsNoneInClipsOfOneShot) {
  for (const auto* name :
       {"juggle_720p24/juggle.mp4", "golf_walk_1080p30/golf.mov", "flower_540p30/flower.mp4",
        "chaplin_360p25/chaplin.mp4", "phone_hlg_vfr_rot_1080p/phone_hlg.mp4",
        "paraglide_480p30/paraglide.mp4"}) {
    RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + name);
    EXPECT_THAT(joins_of_film(path.string()), IsEmpty()) << name;
  }
}

// CPU time of this thread, which neighbours on the machine do not change much.
TEST(CutsFull, CostsLessThanThreeMillisecondsFor1080p) {
#ifdef RLV_SANITIZED
  GTEST_SKIP() << "sanitizers are slow";
#endif
  RLV_SHARED_DATA_OR_SKIP(path, "video/golf_walk_1080p30/golf.mov");
  FilmRun film(path.string());
  film.read_all(40);
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    NodeRun run(cuts(), kCutsDefaults);
    run.open(film.format);
    const auto frames = film.frames;
    const auto begin = std::clock();
    static_cast<void>(run.give(frames));
    best = std::min(best, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC /
                              static_cast<double>(film.frames.size()));
  }
  std::printf("  %.2f ms a frame\n", best);
  EXPECT_LT(best, 3.0);
}

}  // namespace
}  // namespace relievo::test
