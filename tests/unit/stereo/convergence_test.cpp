// Convergence that follows the subject.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/subject_depth.hpp>

#include "plugins/stereo/subject_convergence.hpp"
#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

using stereo::SubjectConvergence;

TEST(SubjectConvergence, StandsStillWhileTheGuessJumpsAbout) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> noise(-0.06F, 0.06F);
  SubjectConvergence screen;
  for (int i = 0; i < 200; ++i) {
    // Every fourth guess is quite wrong.
    screen.add(i % 4 == 0 ? 0.95F : 0.4F + noise(random), 0);
    if (i < 12) continue;
    const float now = screen.next({1.0F, 0.0F});
    EXPECT_NEAR(now, 0.45, 0.08);
  }
}

TEST(SubjectConvergence, FollowsAJumpingSubjectSlowlyWithoutAJump) {
  SubjectConvergence screen;
  float last = -1.0F;
  int moved = 0;
  for (int i = 0; i < 300; ++i) {
    screen.add((i / 100) % 2 == 0 ? 0.2F : 0.7F, 0);
    if (i < 12) continue;
    const float now = screen.next({1.0F, 0.0F});
    if (last >= 0.0F) {
      EXPECT_LE(std::abs(now - last), 0.0081F);
      moved += now != last;
    }
    last = now;
  }
  EXPECT_GT(moved, 100);
}

TEST(SubjectConvergence, StartsAfreshInEachShotAndStaysInsideTheBudget) {
  SubjectConvergence::Options options;
  options.look_ahead = 0;
  options.least = 0.25;
  options.most = 0.6;
  SubjectConvergence screen(options);
  screen.add(0.9F, 0);
  EXPECT_FLOAT_EQ(screen.next({1.0F, 0.0F}), 0.6F);
  EXPECT_NEAR(screen.subject_in_front(), 0.3F, 1e-6);
  screen.add(0.4F, 1);
  EXPECT_FLOAT_EQ(screen.next({1.0F, 0.0F}), 0.45F);
  EXPECT_NEAR(screen.subject_in_front(), -0.05F, 1e-6);
  screen.add(0.0F, 2);
  EXPECT_FLOAT_EQ(screen.next({1.0F, 0.0F}), 0.25F);
}

// A sharp disc at depth 0.7 in the middle before a smooth ground that rises from 0 to 1.
struct Scene3 {
  static bool in_disc(double x, double y) { return std::hypot(x - 200, y - 100) < 60; }
  static float depth(int x, int y) { return in_disc(x, y) ? 0.7F : static_cast<float>(y) / 199.0F; }
};

Frame scene_of(const ViewRun& run, std::int64_t index, std::int64_t shot_id) {
  auto info = frame_info(colour_format(RLV_PF_GREY16, 400, 200), index);
  info.shot_id = shot_id;
  auto colour = Host(const_cast<ViewRun&>(run).node().host()).new_frame(info);
  paint(colour, [](double x, double y, int) {
    return Scene3::in_disc(x, y) ? 0.5 + 0.5 * std::sin(0.002 * x * x + y) : x / 400;
  });
  return colour;
}

TEST(SubjectDepth, IsThatOfWhatIsSharpInTheMiddle) {
  ViewRun run("{}", colour_format(RLV_PF_GREY16, 400, 200), RLV_SEM_RELATIVE_INVERSE);
  const auto colour = scene_of(run, 0, 0);
  for (const auto& [width, height] : {std::pair{400, 200}, {100, 50}, {20, 10}}) {
    const DepthMap map(width, height, [&](int x, int y) {
      return Scene3::depth((2 * x + 1) * 200 / width, (2 * y + 1) * 100 / height);
    });
    const auto depth = run.depth_frame(map);
    EXPECT_NEAR(
        subject_inverse_depth(colour, depth.plane<const float>(0), RLV_SEM_RELATIVE_INVERSE), 0.7,
        0.06);
  }
}

TEST(SubjectDepth, AFlatDepthIsItsOwnSubject) {
  ViewRun run("{}", colour_format(RLV_PF_GREY16, 400, 200), RLV_SEM_METRES);
  const auto depth = run.depth_frame({8, 4, [](int, int) {
                                        return 2.0F;
                                      }});
  EXPECT_FLOAT_EQ(
      subject_inverse_depth(scene_of(run, 0, 0), depth.plane<const float>(0), RLV_SEM_METRES),
      0.5F);
}

// How far the disc at this depth moves from the left to the right view, in pixels; 2 % of the width
// is 8.
int disc_parallax(ViewRun& run, float depth, std::int64_t index, std::int64_t shot_id) {
  const auto views = run.views(scene_of(run, index, shot_id), DepthMap(400, 200, [=](int x, int y) {
                                 return Scene3::in_disc(x, y) ? depth : Scene3::depth(x, y);
                               }));
  const auto left = row(views[0], 0, 100);
  const auto right = row(views[1], 0, 100);
  int best = 0;
  double least = 1e18;
  for (int shift = -8; shift <= 8; ++shift) {
    double sum = 0;
    for (int x = 170; x < 230; ++x)
      sum +=
          std::abs(left[static_cast<std::size_t>(x)] - right[static_cast<std::size_t>(x + shift)]);
    if (sum < least) {
      least = sum;
      best = shift;
    }
  }
  return best;
}

constexpr const char* kAuto = R"({"convergence_mode": "auto", "comfort": "off"})";

TEST(ViewNode, AutoConvergencePutsTheSubjectJustBehindTheScreen) {
  ViewRun fixed("{}", colour_format(RLV_PF_GREY16, 400, 200), RLV_SEM_RELATIVE_INVERSE);
  EXPECT_NEAR(disc_parallax(fixed, 0.7F, 0, 0), -1.6, 0.7);  // 8 px * (0.7 - 0.5) in front
  ViewRun found(kAuto, colour_format(RLV_PF_GREY16, 400, 200), RLV_SEM_RELATIVE_INVERSE);
  EXPECT_NEAR(disc_parallax(found, 0.7F, 0, 0), 0.4, 0.7);  // 0.05 * 8 px behind
}

TEST(ViewNode, AutoConvergenceKeepsTheSubjectInItsPlaceAcrossACut) {
  ViewRun run(kAuto, colour_format(RLV_PF_GREY16, 400, 200), RLV_SEM_RELATIVE_INVERSE);
  for (int i = 0; i < 6; ++i) {
    const bool second = i >= 3;
    EXPECT_NEAR(disc_parallax(run, second ? 0.3F : 0.7F, i, second ? 1 : 0), 0.4, 0.7) << i;
  }
}

}  // namespace
}  // namespace relievo::test
