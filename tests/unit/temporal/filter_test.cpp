#include <limits>

#include <gtest/gtest.h>

#include "alignment.hpp"
#include "recursive_filter.hpp"

namespace relievo::temporal {
namespace {

TEST(TemporalAlignment, FindsScaleAndShiftThoughAFifthIsWrong) {
  cv::RNG random(901);
  cv::Mat1f truth(90, 160);
  random.fill(truth, cv::RNG::UNIFORM, 0.1, 1.0);
  cv::Mat1f map = (truth - 0.05F) / 1.1F;
  map.rowRange(0, 18) += 0.8F;
  const auto fit = align(map, truth, cv::Mat1f::ones(truth.size()));
  EXPECT_NEAR(fit.scale, 1.1, 0.01);
  EXPECT_NEAR(fit.shift, 0.05, 0.01);
}

// Wherever errors are looked at, it must not be in the same columns again and again: 66 places
// of the grid in a row.
TEST(TemporalAlignment, IsNotLedAstrayByStripes) {
  cv::RNG random(903);
  cv::Mat1f truth(96, 264), noise(96, 264);
  random.fill(truth, cv::RNG::UNIFORM, 0.1, 1.0);
  random.fill(noise, cv::RNG::NORMAL, 0, 0.01);
  cv::Mat1f map = (truth + noise - 0.05F) / 1.1F;
  for (int x = 0; x < map.cols; x += 12) map.col(x) += 0.8F;
  const auto fit = align(map, truth, cv::Mat1f::ones(truth.size()));
  EXPECT_NEAR(fit.scale, 1.1, 0.02);
  EXPECT_NEAR(fit.shift, 0.05, 0.02);
}

TEST(TemporalAlignment, IsTheIdentityWhereTooLittleIsKnown) {
  const auto is_identity = [](const Alignment& fit) {
    return fit.scale == 1 && fit.shift == 0;
  };
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const cv::Size size(160, 90);
  cv::Mat1f map(size);
  cv::RNG(904).fill(map, cv::RNG::UNIFORM, 0.1, 1.0);
  const cv::Mat1f reference = map * 1.1F;
  const cv::Mat1f everywhere = cv::Mat1f::ones(size);
  EXPECT_NEAR(align(map, reference, everywhere).scale, 1.1, 1e-3);
  EXPECT_TRUE(is_identity(align(map, reference, cv::Mat1f::zeros(size))));
  EXPECT_TRUE(is_identity(align(cv::Mat1f(size, kNone), reference, everywhere)));
  EXPECT_TRUE(is_identity(align(map, cv::Mat1f(size, kNone), everywhere)));
  EXPECT_TRUE(is_identity(align(map, cv::Mat1f::zeros(size), everywhere)));
  EXPECT_TRUE(
      is_identity(align(map.rowRange(0, 8).colRange(0, 8), reference.rowRange(0, 8).colRange(0, 8),
                        everywhere.rowRange(0, 8).colRange(0, 8))));
}

TEST(TemporalFilter, RemovesSeventyPercentOfTheFlickerOfAStillPicture) {
  cv::RNG random(902);
  cv::Mat1b grey(90, 160);
  random.fill(grey, cv::RNG::UNIFORM, 0, 256);
  cv::Mat1f truth(180, 320);
  random.fill(truth, cv::RNG::UNIFORM, 0.1, 1.0);
  RecursiveFilter filter({});
  cv::Mat1f raw, steady;
  double before = 0, after = 0;
  for (int i = 0; i < 30; ++i) {
    const double scale = random.uniform(0.9, 1.1), shift = random.uniform(-0.05, 0.05);
    const cv::Mat1f map = truth * scale + shift;
    const cv::Mat1f result = filter.next(map, grey);
    if (i > 0) {
      before += cv::norm(map, raw, cv::NORM_L1);
      after += cv::norm(result, steady, cv::NORM_L1);
    }
    raw = map.clone();
    steady = result.clone();
  }
  EXPECT_LT(after, 0.3 * before);
}

}  // namespace
}  // namespace relievo::temporal
