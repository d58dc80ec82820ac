// Measures of synthesised views on cases whose answer is known by hand.
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "core/metrics/comfort.hpp"
#include "core/metrics/view_shares.hpp"

namespace relievo::metrics {
namespace {

TEST(ViewShares, AViewThatIsThePictureHasNeitherHolesNorStretch) {
  std::vector<float> columns(20);
  std::iota(columns.begin(), columns.end(), 0.0F);
  const auto shares = view_shares(columns, 20, 1);
  EXPECT_EQ(shares.holes, 0);
  EXPECT_EQ(shares.stretched, 0);
}

TEST(ViewShares, CountsHolesAndPixelsPulledOverSeveralColumns) {
  const float hole = std::numeric_limits<float>::quiet_NaN();
  // Two holes; 3.0 3.25 3.5 3.75 are one pixel over four columns, the last one before a whole step.
  const std::vector<float> columns{0, 1, hole, -1, 2, 3, 3.25F, 3.5F, 3.75F, 5};
  const auto shares = view_shares(columns, 10, 1);
  EXPECT_NEAR(shares.holes, 0.2, 1e-12);
  EXPECT_NEAR(shares.stretched, 0.3, 1e-12);
}

TEST(ViewShares, RowsDoNotTouchEachOther) {
  const auto shares = view_shares(std::vector<float>{0, 1, 1, 2}, 2, 2);
  EXPECT_EQ(shares.stretched, 0);
}

TEST(Comfort, HistogramIsInPercentOfTheWidth) {
  // -1 % twice, +2.5 %, +9 % of a width of 1000.
  const std::vector<float> parallax{-10, -10, 25, 90};
  const auto result = comfort(parallax, 1000);
  EXPECT_NEAR(result.histogram[8], 0.5, 1e-12);    // -1.0 to -0.5
  EXPECT_NEAR(result.histogram[15], 0.25, 1e-12);  // 2.5 to 3.0
  EXPECT_NEAR(result.above, 0.25, 1e-12);
  EXPECT_EQ(result.below, 0);
  EXPECT_NEAR(result.outside, 0.5, 1e-12);
  const double all = std::accumulate(result.histogram.begin(), result.histogram.end(), 0.0);
  EXPECT_NEAR(all + result.above + result.below, 1, 1e-12);
}

TEST(Comfort, NearestAndFarthestIgnoreAFewStrayPixels) {
  std::vector<float> parallax(1000, 5.0F);
  parallax[0] = -500;
  parallax[1] = 500;
  const auto result = comfort(parallax, 1000);
  EXPECT_NEAR(result.nearest, 0.5, 1e-6);
  EXPECT_NEAR(result.farthest, 0.5, 1e-6);
}

TEST(Comfort, NothingGivesNothing) {
  EXPECT_EQ(comfort({}, 100).outside, 0);
}

}  // namespace
}  // namespace relievo::metrics
