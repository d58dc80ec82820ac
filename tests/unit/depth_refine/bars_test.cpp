// Scenes that nothing was chosen on: errors near edges, views and steadiness against the truth.
#include <gtest/gtest.h>

#include "tools/judge/edge_trial.hpp"

namespace relievo::judge {
namespace {

class Scenes : public testing::TestWithParam<const char*> {};

TEST_P(Scenes, EdgesComeNearerAndViewsBecomeBetter) {
  const auto subject = scene_frame(GetParam(), 31, 12, {960, 540});
  const auto soft = softened(subject.inverse, {}, 31);
  const auto before = enlarged(soft, subject.left.size());
  const auto after = refined(soft, subject.left, {});
  const auto a = edge_figures(subject, before), b = edge_figures(subject, after);
  EXPECT_LT(b.near, 0.5 * a.near);
  EXPECT_LT(b.beside, 1.02 * a.beside + 0.01);
  EXPECT_LT(b.between, 0.4 * a.between);
  const auto p = view_figures(subject, before), q = view_figures(subject, after);
  EXPECT_GT(q.all, p.all + 1.0);
  EXPECT_GT(q.near, p.near + 1.5);
}

INSTANTIATE_TEST_SUITE_P(DepthRefine, Scenes,
                         testing::Values("walkers", "room", "handheld", "static"));

// Noise in the picture and in its depth, anew in every frame.
TEST(DepthRefine, StillScenesChangeNoMoreThanBefore) {
  ChangeFigures sum;
  for (const auto* name : {"walkers", "room", "handheld", "static"}) {
    Softness noisy;
    noisy.noise = 0.01;
    const auto change = change_figures(scene_frame(name, 31, 12, {960, 540}), noisy, 3, {}, 5);
    EXPECT_LT(change.after, 1.15 * change.before) << name;
    sum.before += change.before;
    sum.after += change.after;
  }
  EXPECT_LE(sum.after, sum.before);
}

}  // namespace
}  // namespace relievo::judge
