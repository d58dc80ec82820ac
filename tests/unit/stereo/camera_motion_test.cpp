// The motion of the camera, found among what moves by itself.
#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "plugins/stereo/camera_motion.hpp"

namespace relievo::stereo {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 180;

// A little forwards, to the side, and turned.
CameraMotion true_motion() {
  return CameraMotion({1.002, 0.004, 2.5, 0.8,    //
                       -0.004, 1.002, -1.5, 0.1,  //
                       1e-5, -5e-6, 1, -0.002,    //
                       0, 0, 0, 1});
}

// Two frames of ground that rises into the distance with boxes on it, both grey; every step-th
// block of it moves by itself.
struct Frames {
  cv::Mat1f inverse = cv::Mat1f(kHeight, kWidth);
  cv::Mat1f other_inverse = cv::Mat1f(kHeight, kWidth, 0.0F);
  cv::Mat1b grey = cv::Mat1b(kHeight, kWidth, std::uint8_t{128});
  cv::Mat1b other_grey = cv::Mat1b(kHeight, kWidth, std::uint8_t{128});
  tracking::Tracker::Both tracks;

  explicit Frames(const CameraMotion& motion, int step = 0) {
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        inverse(y, x) =
            1.0F + 0.02F * static_cast<float>(y) + ((x / 40 + y / 40) % 3 == 0 ? 2.0F : 0.0F);
    tracks.there = {cv::Mat2f(kHeight, kWidth), cv::Mat1f(kHeight, kWidth, 1.0F)};
    tracks.back = {cv::Mat2f::zeros(kHeight, kWidth), cv::Mat1f::zeros(kHeight, kWidth)};
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const Place from{static_cast<float>(x), static_cast<float>(y), inverse(y, x)};
        Place to{};
        EXPECT_TRUE(motion.move(from, to));
        auto& flow = tracks.there.flow(y, x);
        flow = {to.x - from.x, to.y - from.y};
        if (step > 0 && (x / 16 + y / 16) % step == 0) flow += cv::Vec2f(6, 3);
        const int column = cvRound(to.x);
        const int row = cvRound(to.y);
        if (column >= 0 && row >= 0 && column < kWidth && row < kHeight)
          other_inverse(row, column) = to.inverse;
      }
  }
  [[nodiscard]] std::optional<CameraMotion> found() const {
    return camera_motion(tracks, {grey, inverse}, {other_grey, other_inverse});
  }
};

// The farthest that two motions are apart, pixels.
float apart(const CameraMotion& a, const CameraMotion& b) {
  float most = 0;
  for (const float x : {5.0F, 160.0F, 315.0F})
    for (const float y : {5.0F, 90.0F, 175.0F})
      for (const float inverse : {1.0F, 3.0F, 6.0F}) {
        Place one{};
        Place other{};
        EXPECT_TRUE(a.move({x, y, inverse}, one) && b.move({x, y, inverse}, other));
        most = std::max(most, std::hypot(one.x - other.x, one.y - other.y));
      }
  return most;
}

TEST(CameraMotion, SaysWhereAnythingThatStandsGoesWhateverItsDepth) {
  const auto found = Frames(true_motion()).found();
  ASSERT_TRUE(found.has_value());
  EXPECT_LT(apart(*found, true_motion()), 0.02F);
}

TEST(CameraMotion, IsNotDrawnAlongByAThirdThatMovesByItself) {
  const auto found = Frames(true_motion(), 3).found();
  ASSERT_TRUE(found.has_value());
  EXPECT_LT(apart(*found, true_motion()), 0.05F);
}

TEST(CameraMotion, SaysHowDeepThingsAreInTheOtherFrame) {
  // The other frame's map has another scale and offset, as a network's may.
  Frames frames(true_motion());
  frames.other_inverse = 0.5F * frames.other_inverse + 0.25F;
  const auto found = frames.found();
  ASSERT_TRUE(found.has_value());
  Place to{};
  Place truth{};
  for (const float inverse : {1.5F, 4.0F}) {
    ASSERT_TRUE(found->move({100, 80, inverse}, to));
    ASSERT_TRUE(true_motion().move({100, 80, inverse}, truth));
    EXPECT_NEAR(to.inverse, 0.5F * truth.inverse + 0.25F, 0.02F);
  }
}

TEST(CameraMotion, GreyValuesPutRightWhatFlowIsWrongByEverywhere) {
  const CameraMotion shift({1, 0, 2.25, 0, 0, 1, -1.5, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  Frames frames(shift);
  const auto paint = [](cv::Mat1b& grey, float dx, float dy, double brighter) {
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const float u = static_cast<float>(x) - dx;
        const float v = static_cast<float>(y) - dy;
        grey(y, x) = cv::saturate_cast<std::uint8_t>(120 + brighter + 40 * std::sin(0.21F * u) +
                                                     40 * std::sin(0.17F * v + 0.05F * u));
      }
  };
  paint(frames.grey, 0, 0, 0);
  paint(frames.other_grey, 2.25F, -1.5F, 4);  // a little brighter, as cameras do
  frames.tracks.there.flow += cv::Scalar(0.3, -0.2);
  const auto found = frames.found();
  ASSERT_TRUE(found.has_value());
  EXPECT_LT(apart(*found, shift), 0.08F);
}

TEST(CameraMotion, IsNotFoundWhereEverythingMovesByItself) {
  Frames frames(true_motion());
  std::minstd_rand random(1);
  std::uniform_real_distribution<float> any(-8, 8);
  for (auto& flow : frames.tracks.there.flow) flow += cv::Vec2f(any(random), any(random));
  EXPECT_FALSE(frames.found().has_value());
}

TEST(CameraMotion, GoesBackTheWayItCame) {
  const auto back = true_motion().inverted();
  ASSERT_TRUE(back.has_value());
  EXPECT_LT(apart(back->after(true_motion()), CameraMotion{}), 1e-3F);
}

TEST(CameraMotion, LeavesOutWhatComesToLieBehindTheCamera) {
  Place to{};
  EXPECT_FALSE(true_motion().move({0, 0, 1000}, to));
}

}  // namespace
}  // namespace relievo::stereo
