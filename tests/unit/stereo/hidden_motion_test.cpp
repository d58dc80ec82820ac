// Motion of the background where something hides it.
#include "plugins/stereo/hidden_motion.hpp"

#include <gtest/gtest.h>

namespace relievo::test {
namespace {

// A bar of inverse depth 1 before a wall of 0: columns 40 to 40 + width - 1 of 120.
struct Bar {
  cv::Mat2f flow = cv::Mat2f(20, 120, cv::Vec2f(1, 0.5F));
  cv::Mat1f trust = cv::Mat1f(20, 120, 0.8F);
  cv::Mat1f inverse = cv::Mat1f(20, 120, 0.0F);
  explicit Bar(int width) {
    inverse.colRange(40, 40 + width) = 1.0F;
    flow.colRange(38, 42 + width) = cv::Scalar(-6, 0);  // the flow does not end where the bar does
  }
  [[nodiscard]] stereo::HiddenMotion hidden(int reach) const {
    return stereo::hidden_motion(flow, trust, inverse, 0.5F, reach);
  }
};

TEST(HiddenMotion, ABarHidesWhatMovesAsTheWallBesideIt) {
  const auto hidden = Bar(10).hidden(20);
  for (int x = 0; x < 120; ++x) {
    EXPECT_NEAR(hidden.flow(10, x)[0], 1, 1e-5) << x;
    EXPECT_NEAR(hidden.flow(10, x)[1], 0.5, 1e-5) << x;
    EXPECT_EQ(hidden.inverse(10, x), 0) << x;
    EXPECT_NEAR(hidden.sure(10, x), 0.8, 1e-5) << x;
  }
}

TEST(HiddenMotion, NothingIsSaidFartherBehindThanTheReach) {
  const auto hidden = Bar(50).hidden(15);
  EXPECT_NEAR(hidden.flow(10, 40 + 10)[0], 1, 1e-5);
  EXPECT_EQ(hidden.flow(10, 40 + 25)[0], -6);
  EXPECT_EQ(hidden.inverse(10, 40 + 25), 1);
  EXPECT_NEAR(hidden.flow(10, 89 - 10)[0], 1, 1e-5);
}

TEST(HiddenMotion, BetweenTwoSidesThatMoveDifferentlyItGoesOverFromOneToTheOther) {
  Bar bar(10);
  bar.flow.colRange(52, 120) = cv::Scalar(3, 0.5);
  const auto hidden = bar.hidden(20);
  float last = 1;
  for (int x = 40; x < 50; ++x) {
    EXPECT_GT(hidden.flow(10, x)[0], last) << x;
    EXPECT_LT(hidden.flow(10, x)[0], 3) << x;
    last = hidden.flow(10, x)[0];
  }
}

TEST(HiddenMotion, WithoutAnEdgeEveryPlaceKeepsItsOwn) {
  const Bar bar(10);
  const auto hidden = stereo::hidden_motion(bar.flow, bar.trust, bar.inverse, 2.0F, 20);
  EXPECT_EQ(cv::norm(hidden.flow, bar.flow, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace relievo::test
