#include <cmath>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "level.hpp"
#include "shot_camera.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"
#include "tools/scenes/scene.hpp"

namespace relievo::temporal {
namespace {

// How far the filter's camera goes ahead in all, in metres, with the true depth known.
double advance(const test::Shot& shot) {
  const auto size = tracking::working_size(shot.truth[0].size());
  const Projection view(size, shot.focal * size.width / shot.truth[0].cols);
  ShotCamera camera;
  tracking::Tracker tracker;
  ThreadTeam team(2);
  cv::Mat1b before;
  double sum = 0;
  for (std::size_t i = 0; i < shot.pictures.size(); ++i) {
    cv::Mat grey;
    cv::cvtColor(shot.pictures[i], grey, cv::COLOR_RGB2GRAY);
    cv::resize(grey, grey, size, 0, 0, cv::INTER_AREA);
    cv::Mat inverse;
    cv::resize(shot.truth[i], inverse, size, 0, 0, cv::INTER_AREA);
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
