#include "cues.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "edge_aware.hpp"
#include "ground.hpp"
#include "moving_objects.hpp"
#include "tools/scenes/geometry.hpp"

namespace relievo::motion_cues {
namespace {

constexpr int kWidth = 240;
constexpr int kHeight = 160;

// Patches of random grey: sharp edges everywhere.
cv::Mat1b patches(std::uint64_t seed) {
  scenes::Random random(seed);
  cv::Mat1b picture(kHeight, kWidth, uchar{128});
  for (int i = 0; i < 900; ++i) {
    const cv::Rect place(random.integer(0, kWidth - 12), random.integer(0, kHeight - 12),
                         random.integer(4, 12), random.integer(4, 12));
    picture(place).setTo(random.integer(20, 235));
  }
  return picture;
}

TEST(HeightCue, GrowsDownwards) {
  const auto cue = height_cue({5, 4});
  EXPECT_FLOAT_EQ(cue.nearness(0, 2), 0.125F);
  EXPECT_FLOAT_EQ(cue.nearness(3, 4), 0.875F);
}

TEST(FocusCue, ABlurredHalfIsFar) {
  auto picture = patches(1);
  cv::Mat right = picture.colRange(kWidth / 2, kWidth);
  cv::GaussianBlur(right.clone(), right, {0, 0}, 3.5);
  const auto cue = focus_cue(picture);
  EXPECT_GT(cue.strength, 0.4);
  const double sharp = cv::mean(cue.nearness.colRange(0, kWidth / 3))[0];
  const double blurred = cv::mean(cue.nearness.colRange(2 * kWidth / 3, kWidth))[0];
  EXPECT_GT(sharp, blurred + 0.4);
}

TEST(FocusCue, SaysNothingOfAPictureThatIsSharpOrBlurredAllOver) {
  auto picture = patches(2);
  EXPECT_LT(focus_cue(picture).strength, 0.1);
  cv::GaussianBlur(picture.clone(), picture, {0, 0}, 4);
  EXPECT_LT(focus_cue(picture).strength, 0.1);
}

TEST(FocusCue, SoftShadingIsNoBlur) {
  auto picture = patches(3);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth / 2; ++x)
      picture(y, x) = static_cast<uchar>(90 + 60 * std::sin(0.03 * x) * std::cos(0.02 * y));
  EXPECT_LT(focus_cue(picture).strength, 0.1);
}

TEST(HazeCue, AVeilThatGrowsUpwardsIsDistance) {
  cv::Mat1b picture = patches(4);
  for (int y = 0; y < kHeight; ++y) {
    const double clear = std::pow((y + 1.0) / kHeight, 0.7);
    for (int x = 0; x < kWidth; ++x)
      picture(y, x) = static_cast<uchar>(clear * 0.6 * picture(y, x) + (1 - clear) * 225);
  }
  const auto cue = haze_cue(picture);
  EXPECT_GT(cue.strength, 0.4);
  EXPECT_LT(cv::mean(cue.nearness.rowRange(0, 20))[0] + 0.3,
            cv::mean(cue.nearness.rowRange(kHeight - 20, kHeight))[0]);
  cv::Mat1b upside_down;
  cv::flip(picture, upside_down, 0);
  EXPECT_EQ(haze_cue(upside_down).strength, 0) << "fog on the floor is a white carpet";
}

TEST(PerspectiveCue, LinesThatMeetAreFarWhereTheyMeet) {
  cv::Mat1b corridor(kHeight, kWidth, uchar{120});
  const cv::Point meeting(140, 70);
  for (int i = 0; i < 24; ++i) {
    const double angle = 6.2832 * i / 24 + 0.13;
    const cv::Point end(meeting.x + static_cast<int>(400 * std::cos(angle)),
                        meeting.y + static_cast<int>(400 * std::sin(angle)));
    cv::line(corridor, meeting, end, cv::Scalar(i % 2 == 0 ? 230 : 20), 3, cv::LINE_AA);
  }
  const auto cue = perspective_cue(corridor);
  EXPECT_GT(cue.strength, 0.5);
  cv::Point darkest;
  cv::minMaxLoc(cue.nearness, nullptr, nullptr, &darkest, nullptr);
  EXPECT_LT(cv::norm(darkest - meeting), 14);
  EXPECT_LT(perspective_cue(patches(5)).strength, 0.05);
}

TEST(FusedCues, StayWithinTheirRangeAndNearTheHeightCue) {
  Picture picture{patches(6), patches(6)};
  const auto plain = fused_cues(picture, 0);
  const auto bent = fused_cues(picture, 1);
  double least = 0, most = 0;
  cv::minMaxLoc(bent, &least, &most);
  EXPECT_GE(least, 0);
  EXPECT_LE(most, 1);
  EXPECT_LT(cv::norm(plain, bent, cv::NORM_INF), 0.6);
  EXPECT_EQ(cv::norm(plain, height_cue(picture.luma.size()).nearness, cv::NORM_INF), 0);
}

TEST(EdgeAware, FillsWhatIsUnknownUpToTheEdgeOnly) {
  cv::Mat1b guide(40, 80, uchar{60});
  guide.colRange(40, 80).setTo(200);
  cv::Mat1f values(40, 80, 0.0F), weights(40, 80, 1e-4F);
  values(20, 10) = 0.8F;  // one known place on each side
  weights(20, 10) = 1;
  values(20, 70) = 0.2F;
  weights(20, 70) = 1;
  cv::Mat1f known_only = values.clone();
  const auto result = smoothed(values, weights, guide, 20, 8);
  EXPECT_GT(result(20, 38), 0.55);
  EXPECT_LT(result(20, 42), 0.3);
  EXPECT_GT(result(20, 38), result(20, 42) + 0.3);
}

TEST(EdgeAware, AFlatMapStaysFlat) {
  const auto result = smoothed(cv::Mat1f(33, 57, 0.37F), cv::Mat1f(33, 57, 2.0F),
                               patches(7)(cv::Rect(0, 0, 57, 33)), 9, 10);
  EXPECT_LT(cv::norm(result, cv::Mat1f(33, 57, 0.37F), cv::NORM_INF), 1e-5);
}

TEST(MovingObjects, TakeTheDepthUnderTheirFeet) {
  cv::Mat1f inverse(120, 160);
  for (int y = 0; y < 120; ++y) inverse.row(y).setTo(y / 120.0);
  cv::Mat1b moving(120, 160, uchar{0});
  moving(cv::Rect(60, 30, 16, 50)).setTo(255);  // feet at row 80
  const auto depth = supported_depth(moving, inverse);
  EXPECT_NEAR(depth(40, 66), 84 / 120.0, 0.06);
  EXPECT_EQ(depth(40, 66), depth(75, 66)) << "upright: one depth from head to foot";
  EXPECT_EQ(depth(40, 20), -1);
}

TEST(MovingObjects, OneThatLeavesThePictureIsAsNearAsTheGroundBesideIt) {
  cv::Mat1f inverse(120, 160);
  for (int y = 0; y < 120; ++y) inverse.row(y).setTo(y / 120.0);
  cv::Mat1b moving(120, 160, uchar{0});
  moving(cv::Rect(60, 30, 16, 90)).setTo(255);
  EXPECT_GT(supported_depth(moving, inverse)(40, 66), 0.85);
}

TEST(MovingObjects, SpecksAreNoObjects) {
  cv::Mat1b moving(200, 200, uchar{0});
  moving(cv::Rect(50, 50, 4, 4)).setTo(255);
  double least = 0, most = 0;
  cv::minMaxLoc(supported_depth(moving, cv::Mat1f(200, 200, 0.5F)), &least, &most);
  EXPECT_EQ(most, -1);
}

DepthState ground_state() {
  DepthState state{cv::Mat1f(120, 200), cv::Mat1f(120, 200, 1e-4F), true};
  for (int y = 0; y < 120; ++y)
    state.inverse.row(y).setTo(std::max(0.0, 0.9 * ((y + 0.5) / 120 - 0.4)));
  return state;
}

TEST(Ground, IsFoundAndWhatLiesBeneathItIsNamed) {
  auto state = ground_state();
  state.inverse(cv::Rect(20, 20, 30, 70)).setTo(0.5);   // stands before it: fine
  state.inverse(cv::Rect(120, 60, 20, 40)).setTo(0.0);  // as far as the sky, before the ground
  const auto ground = find_ground(state);
  ASSERT_TRUE(ground);
  EXPECT_NEAR(ground->horizon, 0.4, 0.03);
  EXPECT_NEAR(ground->slope, 0.9, 0.08);
  const auto under = beneath(*ground, state);
  EXPECT_EQ(under(85, 130), 255);
  EXPECT_EQ(under(85, 30), 0);
  EXPECT_EQ(under(85, 90), 0);
}

TEST(Ground, ATableDoesNotMakeTheFloorBehindItImpossible) {
  auto state = ground_state();
  state.inverse(cv::Rect(0, 50, 200, 30)).setTo(0.02);  // whole rows look past the table's edge
  const auto ground = find_ground(state);
  ASSERT_TRUE(ground);
  EXPECT_EQ(cv::countNonZero(beneath(*ground, state).rowRange(50, 80)), 0);
}

TEST(Ground, IsNotSeenInAWall) {
  DepthState wall{cv::Mat1f(120, 200, 0.3F), cv::Mat1f(120, 200, 1e-4F), true};
  EXPECT_FALSE(find_ground(wall));
}

}  // namespace
}  // namespace relievo::motion_cues
