#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "plugins/common/tracking/tracker.hpp"

namespace relievo::tracking {
namespace {

cv::Mat1b soft_noise(cv::Size size) {
  cv::Mat1b noise(size);
  cv::RNG(71).fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(noise, noise, {0, 0}, 2);
  cv::normalize(noise, noise, 0, 255, cv::NORM_MINMAX);
  return noise;
}

TEST(Tracker, FollowsAShiftBothWaysAndTrustsIt) {
  const auto all = soft_noise({240, 140});
  const cv::Mat1b now = all({10, 10, 200, 120}).clone();
  const cv::Mat1b other = all({7, 11, 200, 120}).clone();  // what was at x is at x + 3, y - 1
  const auto both = Tracker().track_both(now, other);
  const cv::Rect inner(20, 20, 160, 80);
  const auto there = cv::mean(both.there.flow(inner));
  EXPECT_NEAR(there[0], 3, 0.25);
  EXPECT_NEAR(there[1], -1, 0.25);
  EXPECT_NEAR(cv::mean(both.back.flow(inner))[0], -3, 0.25);
  EXPECT_GT(cv::mean(both.there.trust(inner))[0], 0.9);
  EXPECT_EQ(cv::norm(Tracker().track(now, other).flow, both.there.flow, cv::NORM_INF), 0);
}

TEST(Tracker, DoesNotTrustWhatIsInOnePictureOnly) {
  const auto now = soft_noise({200, 120});
  cv::Mat1b other = now.clone();
  cv::Mat1b patch = other({80, 40, 40, 40});
  cv::subtract(255, patch, patch);
  const auto track = Tracker().track(now, other);
  EXPECT_GT(cv::mean(track.trust({10, 10, 40, 40}))[0], 0.9);
  EXPECT_LT(cv::mean(track.trust({85, 45, 30, 30}))[0], 0.5);
}

TEST(Tracker, SeesNoMotionInPicturesTooSmallForIt) {
  const auto now = soft_noise({200, 40});
  EXPECT_EQ(cv::norm(Tracker().track(now, now).flow), 0);
}

TEST(WorkingSize, KeepsTheShapeWithinBothLimits) {
  EXPECT_EQ(working_size({1920, 1080}), cv::Size(267, 150));
  EXPECT_EQ(working_size({200, 100}), cv::Size(100, 50));
  EXPECT_EQ(working_size({200, 100}, 40'000, 1.0), cv::Size(200, 100));
  EXPECT_EQ(working_size({1, 1}), cv::Size(1, 1));
}

}  // namespace
}  // namespace relievo::tracking
