#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "expectation.hpp"
#include "level.hpp"
#include "shot_camera.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"
#include "tools/scenes/scene.hpp"

namespace relievo::temporal {
namespace {

// A frame's picture and true inverse depth as the filter looks at them.
struct Small {
  cv::Mat1b grey;
  cv::Mat1f inverse;
};

Small small_frame(const test::Shot& shot, std::size_t i) {
  const auto size = tracking::working_size(shot.truth[0].size());
  Small small;
  cv::cvtColor(shot.pictures[i], small.grey, cv::COLOR_RGB2GRAY);
  cv::resize(small.grey, small.grey, size, 0, 0, cv::INTER_AREA);
  cv::resize(shot.truth[i], small.inverse, size, 0, 0, cv::INTER_AREA);
  return small;
}

Projection small_view(const test::Shot& shot) {
  const auto size = tracking::working_size(shot.truth[0].size());
  return {size, shot.focal * size.width / shot.truth[0].cols};
}

// How far the filter's camera goes ahead in all, in metres, with the true depth known.
double advance(const test::Shot& shot) {
  const auto view = small_view(shot);
  ShotCamera camera;
  tracking::Tracker tracker;
  ThreadTeam team(2);
  cv::Mat1b before;
  double sum = 0;
  for (std::size_t i = 0; i < shot.pictures.size(); ++i) {
    const auto [grey, inverse] = small_frame(shot, i);
    if (i == 0) {
      camera.begin(sight_of(grey));
    } else {
      const auto fit =
          camera.next(sight_of(grey), tracker.track(grey, before), inverse, view, team);
      EXPECT_TRUE(fit.found) << "frame " << i;
      sum += fit.pose.step[2];
    }
    before = grey;
  }
  return sum;
}

double true_advance(const std::string& name, std::uint64_t seed, int frames) {
  const auto scene = scenes::make_scene(name, seed, {320, 180, frames, 1.5});
  const auto& way = scene.shots[0].camera;
  return way(frames - 1).position.z - way(0).position.z;
}

TEST(TemporalCamera, ASlowAdvanceIsMeasuredToThreePercent) {
  const auto shot = test::scene_shot("dolly", 941, {320, 180}, 16);
  const double truth = true_advance("dolly", 941, 16);
  EXPECT_NEAR(advance(shot) / truth, 1, 0.03);
}

TEST(TemporalCamera, ACameraAtRestDoesNotAdvance) {
  EXPECT_NEAR(advance(test::scene_shot("static", 942, {320, 180}, 12)), 0, 0.01);
}

TEST(TemporalCamera, AZoomIsNoAdvance) {
  EXPECT_NEAR(advance(test::scene_shot("zoom", 943, {320, 180}, 12)), 0, 0.02);
}

// Two frames of a slow advance, as find_camera() wants them.
struct TwoFrames {
  Sight later, earlier;
  cv::Mat1f inverse;
  Projection view;
};

TwoFrames two_frames() {
  const auto shot = test::scene_shot("dolly", 944, {320, 180}, 4);
  const auto later = small_frame(shot, 3);
  return {sight_of(later.grey), sight_of(small_frame(shot, 0).grey), later.inverse,
          small_view(shot)};
}

TEST(TemporalCamera, IsFoundTheSameWithAnyNumberOfThreads) {
  const auto frames = two_frames();
  ThreadTeam alone(1);
  const auto first =
      find_camera(frames.later, frames.earlier, frames.inverse, frames.view, {}, alone);
  ASSERT_TRUE(first.found);
  for (const unsigned threads : {2U, 3U, 5U}) {
    ThreadTeam team(threads);
    const auto fit =
        find_camera(frames.later, frames.earlier, frames.inverse, frames.view, {}, team);
    EXPECT_EQ(fit.pose.turn, first.pose.turn) << threads;
    EXPECT_EQ(fit.pose.step, first.pose.step) << threads;
    EXPECT_EQ(fit.zoom, first.zoom) << threads;
  }
}

// Some depth says "nothing" by huge numbers.
TEST(TemporalCamera, IsFoundThoughSomeDepthIsNonsense) {
  auto frames = two_frames();
  Pose start;
  start.step = {0.01, 0, -0.01};
  ThreadTeam team(2);
  const float nonsense[] = {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(),
                            0,
                            -1,
                            1e24F,
                            1e30F};
  for (std::size_t i = 0; i < 60; ++i)
    frames.inverse(frames.later.edges[7 * i]) = nonsense[i % std::size(nonsense)];
  const auto fit =
      find_camera(frames.later, frames.earlier, frames.inverse, frames.view, start, team);
  EXPECT_TRUE(fit.found);
  EXPECT_TRUE(std::isfinite(cv::norm(fit.pose.turn) + cv::norm(fit.pose.step) + fit.zoom));
}

TEST(TemporalExpectation, FollowsTheCameraWhereItIsKnownAndTheFlowElsewhere) {
  const cv::Size size(12, 5);
  tracking::Track track{cv::Mat2f(size, cv::Vec2f(2, 0)), cv::Mat1f(size, 0.5F)};
  track.flow(2, 6) = {9, 0};  // moves by itself
  cv::Mat1f past(size, 0.25F);
  cv::Mat1f carried(size, 0.25F);
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  carried(1, 3) = kNone;
  carried(1, 4) = -1;
  carried(1, 5) = 40;  // behind the camera, as it comes nearer
  CameraFit camera;
  camera.pose.step = {1, 0, -0.05};
  camera.found = true;
  const Projection view(size, 9.2);
  ThreadTeam team(2);
  Expectation result;
  expect(track, past, carried, camera, view, {}, team, result);
  // What stands still goes 9.2 * 0.25 / 0.9875 pixels to the right in the middle of the picture.
  EXPECT_NEAR(result.track(2, 5)[0], 2.33, 0.03);
  EXPECT_EQ(result.still(2, 5), 0.5F);
  EXPECT_EQ(result.track(2, 6), cv::Vec4f(9, 0, 0.5F, 0));
  for (const int x : {3, 4, 5}) EXPECT_EQ(result.track(1, x), cv::Vec4f(2, 0, 0.5F, 0.5F)) << x;
  EXPECT_NEAR(result.level, 0.25, 1e-6);

  camera.found = false;
  expect(track, past, carried, camera, view, {}, team, result);
  EXPECT_EQ(result.track(2, 5), cv::Vec4f(2, 0, 0.5F, 0.5F));
  EXPECT_EQ(result.track(2, 6), cv::Vec4f(9, 0, 0.5F, 0.5F));
}

TEST(TemporalPose, StaysARotationOverAThousandFrames) {
  Pose pose;
  const Pose step{rotation({0.01, -0.02, 0.005}), {0, 0, 0.01}};
  for (int i = 0; i < 1000; ++i) {
    pose = after(step, pose);
    pose.turn = orthonormal(pose.turn);
  }
  EXPECT_LT(cv::norm(pose.turn * pose.turn.t() - cv::Matx33d::eye()), 1e-12);
  const auto back = after(pose.inverse(), pose);
  EXPECT_LT(cv::norm(back.turn - cv::Matx33d::eye()) + cv::norm(back.step), 1e-9);
}

TEST(TemporalLevel, IsTheMiddleOfWhatTheFramesSay) {
  Level level;
  level.add({1, 0});
  level.add({1.21F, 0});
  EXPECT_NEAR(level.from_first().scale, 1 / 1.1, 1e-5);
  EXPECT_EQ(Level().from_first().scale, 1);
}

}  // namespace
}  // namespace relievo::temporal
