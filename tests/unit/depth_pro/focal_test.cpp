// The focal length of a shot.
#include "plugins/depth_pro/focal.hpp"

#include <gtest/gtest.h>

namespace relievo::test {
namespace {

using depth_pro::focal_of_view;
using depth_pro::ShotFocal;

TEST(FocalOfView, IsHalfTheWidthAtARightAngle) {
  EXPECT_NEAR(focal_of_view(90.0, 1920.0), 960.0, 1e-9);
  // 36 mm film behind a 50 mm lens.
  EXPECT_NEAR(focal_of_view(39.5978, 3600.0), 5000.0, 0.1);
  for (const double wild : {-40.0, 0.0, 180.0, 270.0}) EXPECT_GT(focal_of_view(wild, 100.0), 0.0);
}

TEST(ShotFocal, IsTheMedianOfItsFirstEstimatesAndStays) {
  ShotFocal focal(3);
  focal.add(900.0);
  focal.add(5000.0);
  EXPECT_FALSE(focal.value());
  EXPECT_TRUE(focal.wants_more());
  focal.add(1000.0);
  EXPECT_EQ(focal.value(), 1000.0);
  EXPECT_FALSE(focal.wants_more());
  focal.add(1.0);
  EXPECT_EQ(focal.value(), 1000.0);
}

TEST(ShotFocal, AShortShotHasTheMedianOfWhatThereIs) {
  ShotFocal focal(5);
  focal.close();
  EXPECT_FALSE(focal.value()) << "a shot without frames";
  focal.add(800.0);
  focal.add(1000.0);
  focal.close();
  EXPECT_EQ(focal.value(), 900.0);
  EXPECT_FALSE(focal.wants_more());
}

TEST(ShotFocal, ANewShotIsEstimatedAnew) {
  ShotFocal focal(1);
  focal.add(700.0);
  focal.restart();
  EXPECT_TRUE(focal.wants_more());
  EXPECT_FALSE(focal.value());
  focal.add(300.0);
  EXPECT_EQ(focal.value(), 300.0);
}

}  // namespace
}  // namespace relievo::test
