// From moments to milliseconds a frame, for nodes that give frame by frame and for those that work
// in windows.
#include <vector>

#include <gtest/gtest.h>

#include "core/bench/timing.hpp"

namespace relievo::bench {
namespace {

TEST(FrameTimes, OfAnEvenStreamAreItsInterval) {
  std::vector<double> moments;
  for (int i = 0; i < 48; ++i) moments.push_back(5 + 0.04 * i);
  const auto times = frame_times(moments, {}, 4.9, 8);
  ASSERT_TRUE(times);
  EXPECT_FALSE(times->windowed);
  EXPECT_NEAR(times->steady_ms, 40, 1e-6);
  EXPECT_NEAR(times->median_ms, 40, 1e-6);
  EXPECT_NEAR(times->p95_ms, 40, 1e-6);
  EXPECT_EQ(times->frame_ms.size(), 39U);
}

TEST(FrameTimes, LeaveWarmUpAndASingleDisturbanceOutOfTheSteadyState) {
  std::vector<double> moments{1};
  for (int i = 1; i < 60; ++i)
    moments.push_back(moments.back() + (i < 8 ? 0.3 : i == 40 ? 0.5 : 0.02));
  const auto times = frame_times(moments, {}, 0.9, 8);
  ASSERT_TRUE(times);
  EXPECT_NEAR(times->steady_ms, 20, 1);
  EXPECT_NEAR(times->median_ms, 20, 1e-6);
}

// 22 frames every 1.1 s, all but at once, as a network over windows gives them.
std::vector<double> windows(int frames, double ready, double first_s) {
  std::vector<double> moments;
  for (int i = 0; i < frames; ++i)
    moments.push_back(ready + first_s + 1.1 * (i / 22) + 1e-4 * (i % 22));
  return moments;
}

TEST(FrameTimes, OfWindowsAreTheSlopeBetweenTheirBoundaries) {
  const auto times = frame_times(windows(90, 2, 4), {}, 2, 8);
  ASSERT_TRUE(times);
  EXPECT_TRUE(times->windowed);
  EXPECT_NEAR(times->steady_ms, 50, 0.1);
  EXPECT_NEAR(times->median_ms, 50, 0.1);
  EXPECT_EQ(times->frame_ms.size(), 4U);
}

// Or a network would seem to give its frames in no time.
TEST(FrameTimes, OfAFilmWithinOneWindowCountTheWaitForIt) {
  const auto times = frame_times(windows(20, 2, 1.6), {}, 2, 8);
  ASSERT_TRUE(times);
  EXPECT_TRUE(times->windowed);
  EXPECT_NEAR(times->steady_ms, 80, 0.2);
}

// On a machine where others work, the time between frames says little and this a lot.
TEST(FrameTimes, HaveTheSlopeOfProcessorTimeToo) {
  std::vector<double> moments, cpu;
  for (int i = 0; i < 48; ++i) {
    moments.push_back(5 + 0.04 * i + (i % 3 == 0 ? 0.03 : 0));
    cpu.push_back(0.7 + 0.012 * i);
  }
  EXPECT_NEAR(frame_times(moments, cpu, 4.9, 8)->cpu_ms, 12, 1e-6);
  EXPECT_EQ(frame_times(moments, {}, 4.9, 8)->cpu_ms, 0);
}

TEST(FrameTimes, NeedTwoFrames) {
  EXPECT_FALSE(frame_times(std::vector<double>{1.0}, {}, 0, 8));
  EXPECT_FALSE(frame_times(std::vector<double>{}, {}, 0, 8));
}

TEST(TheilSen, IsTheSlopeOfALineWhateverAQuarterOfItsPointsDo) {
  std::vector<double> x, y;
  for (int i = 0; i < 40; ++i) {
    x.push_back(i);
    y.push_back(3 * i + (i % 5 == 4 ? 100 : 0));
  }
  EXPECT_NEAR(theil_sen(x, y), 3, 0.2);
}

}  // namespace
}  // namespace relievo::bench
