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
