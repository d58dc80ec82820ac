// Flicker, edges and agreement on frames whose answer is known.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "core/quality/depth_quality.hpp"

namespace relievo::quality {
namespace {

// A pattern with something to hold on to everywhere, `shift` pixels further right.
cv::Mat1b texture(int shift) {
  cv::Mat1b picture(120, 160);
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x)
      picture(y, x) = static_cast<unsigned char>(128 + 50 * std::sin(0.31 * (x - shift)) +
                                                 50 * std::sin(0.23 * y + 0.11 * (x - shift)));
  return picture;
}

cv::Mat1f ramp(int shift, float offset) {
  cv::Mat1f depth(120, 160);
  for (int y = 0; y < depth.rows; ++y)
    for (int x = 0; x < depth.cols; ++x) depth(y, x) = static_cast<float>(x - shift) / 160 + offset;
  return depth;
}

double flicker_of(float wobble, bool cut) {
  DepthQuality quality;
  for (int i = 0; i < 4; ++i)
    quality.add(texture(3 * i), ramp(3 * i, i % 2 == 0 ? 0 : wobble), cut ? i : 0);
  return quality.flicker().value_or(-1);
}

TEST(DepthQuality, SeesNoFlickerInDepthThatMovesWithThePicture) {
  EXPECT_LT(flicker_of(0, false), 0.004);
}

TEST(DepthQuality, SeesAWobbleInPartsOfTheRange) {
  EXPECT_NEAR(flicker_of(0.1F, false), 0.1, 0.012);
}

TEST(DepthQuality, JudgesNoFlickerOverACut) {
  EXPECT_EQ(flicker_of(0.1F, true), -1);
}

TEST(DepthQuality, KnowsNoAgreementWithoutTruthAndFullAgreementUpToScaleAndShift) {
  DepthQuality quality;
  EXPECT_FALSE(quality.abs_rel());
  const std::vector<float> truth{0.1F, 0.2F, 0.4F, 0.8F};
  const std::vector<float> depth{1.2F, 1.4F, 1.8F, 2.6F};
  quality.add_truth(depth, truth, 0.0125F);
  EXPECT_NEAR(quality.abs_rel().value(), 0, 1e-5);
  EXPECT_NEAR(quality.within_125().value(), 1, 1e-9);
}

}  // namespace
}  // namespace relievo::quality
