// What the node makes of scenes that can be written down.
#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "tests/unit/depth_refine/refine_run.hpp"

namespace relievo::depth_refine::test {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
const cv::Size kPicture{240, 136};
const cv::Size kMap{115, 65};

// As a network gives it: small, soft, and `off` pixels of the map too far to the right.
cv::Mat1f network_depth(const cv::Mat1f& inverse, double off = 0.0, double blur = 1.2) {
  cv::Mat1f small;
  cv::resize(inverse, small, kMap, 0, 0, cv::INTER_AREA);
  const cv::Mat1d move = (cv::Mat1d(2, 3) << 1, 0, off, 0, 1, 0);
  cv::warpAffine(small, small, move, kMap, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::GaussianBlur(small, small, {}, blur, blur, cv::BORDER_REPLICATE);
  return small;
}

cv::Mat1f map_by(const std::function<double(int x, int y)>& value) {
  cv::Mat1f map(kPicture);
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) map(y, x) = static_cast<float>(value(x, y));
  return map;
}

cv::Mat1f metres_of(const cv::Mat1f& inverse) {
  return 1 / inverse;
}

// Near things at the left of column 121, far ones behind; the colours say the same.
constexpr int kEdge = 121;
cv::Mat1f step() {
  return map_by([](int x, int) { return x < kEdge ? 0.8 : 0.2; });
}
cv::Mat3b step_picture(double contrast = 12) {
  auto picture = textured(kPicture, {60, 90, 160}, contrast, 1);
  textured(kPicture, {150, 140, 70}, contrast, 2)(cv::Rect(kEdge, 0, 240 - kEdge, 136))
      .copyTo(picture(cv::Rect(kEdge, 0, 240 - kEdge, 136)));
  return picture;
}

// First column of a row that is nearer to the far value.
int edge_of(const cv::Mat1f& map, int y, float half) {
  for (int x = 0; x < map.cols; ++x)
    if (map(y, x) < half) return x;
  return map.cols;
}

TEST(DepthRefine, ASoftStepComesBackWithinAPixelWithNothingBetween) {
  for (const double off : {-1.5, 0.0, 1.5}) {
    const auto map =
        RefineRun(RLV_SEM_RELATIVE_INVERSE).run(network_depth(step(), off), step_picture());
    ASSERT_EQ(map.size(), kPicture);
    for (int y = 2; y < map.rows - 2; ++y) {
      EXPECT_NEAR(edge_of(map, y, 0.5F), kEdge, 1) << "row " << y << ", off by " << off;
      for (int x = 0; x < map.cols; ++x)
        EXPECT_TRUE(std::abs(map(y, x) - 0.8) < 0.03 || std::abs(map(y, x) - 0.2) < 0.03)
            << map(y, x) << " at " << x << ", " << y << ", off by " << off;
    }
  }
}

TEST(DepthRefine, MetresInverseMetresAndDisparityAreTheSameDepth) {
  const auto soft = network_depth(step(), 1.0);
  const auto relative = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(soft, step_picture());
  const auto inverse = RefineRun(RLV_SEM_INVERSE_METRES).run(soft, step_picture());
  const auto metres = RefineRun(RLV_SEM_METRES).run(metres_of(soft), step_picture());
  const auto disparity = RefineRun(RLV_SEM_DISPARITY_PX).run(soft, step_picture());
  EXPECT_EQ(cv::norm(relative, inverse, cv::NORM_INF), 0);
  EXPECT_LT(cv::norm(metres_of(metres), relative, cv::NORM_INF), 1e-5);
  // Pixels of a wider map are smaller.
  EXPECT_LT(cv::norm(disparity, relative * (240.0 / 115.0), cv::NORM_INF), 1e-5);
}

TEST(DepthRefine, WhereColoursSayNothingTheEdgeStaysWhereDepthHasItAndBecomesSharp) {
  const cv::Mat3b grey(kPicture, cv::Vec3b::all(120));
  const auto map = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(network_depth(step()), grey);
  for (int y = 2; y < map.rows - 2; ++y) {
    EXPECT_NEAR(edge_of(map, y, 0.5F), kEdge, 1);
    EXPECT_NEAR(map(y, kEdge - 3), 0.8, 0.03);
    EXPECT_NEAR(map(y, kEdge + 3), 0.2, 0.03);
  }
}

TEST(DepthRefine, StrengthZeroDoesNotLookAtColours) {
  const auto soft = network_depth(step(), 2.0);
  const auto map =
      RefineRun(RLV_SEM_RELATIVE_INVERSE, R"({"strength": 0.0})").run(soft, step_picture());
  // Two pixels of the map are four of the picture.
  for (int y = 10; y < map.rows - 10; ++y) EXPECT_NEAR(edge_of(map, y, 0.5F), kEdge + 4, 1.5);
}

TEST(DepthRefine, ASlantedPlaneIsOnlyEnlargedWhateverItsColours) {
  const auto plane = map_by([](int x, int y) { return 0.1 + 0.002 * x + 0.004 * y; });
  const auto soft = network_depth(plane);
  const auto map = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(soft, step_picture(40));
  cv::Mat1f enlarged;
  cv::resize(soft, enlarged, kPicture, 0, 0, cv::INTER_LINEAR);
  EXPECT_EQ(cv::norm(map, enlarged, cv::NORM_INF), 0);
}

TEST(DepthRefine, ColoursWithoutADepthEdgeAreNotCopied) {
  const auto checks = painted(kPicture, [](int x, int y) {
    return (x / 9 + y / 9) % 2 == 0 ? cv::Vec3d{220, 40, 30} : cv::Vec3d{20, 60, 200};
  });
  const auto map = RefineRun(RLV_SEM_METRES).run(cv::Mat1f(kMap, 3.0F), checks);
  EXPECT_LT(cv::norm(map, cv::Mat1f(kPicture, 3.0F), cv::NORM_INF), 1e-5);
}

// Stripes of the background end at the foreground, and one of them has its colour.
TEST(DepthRefine, PatternsBesideADepthEdgeAreNotCopied) {
  const auto stripes = painted(kPicture, [](int x, int y) {
    if (x < kEdge) return cv::Vec3d{60, 90, 160};
    return y / 8 % 3 == 0   ? cv::Vec3d{220, 210, 200}
           : y / 8 % 3 == 1 ? cv::Vec3d{90, 160, 60}
                            : cv::Vec3d{20, 20, 30};
  });
  const auto map = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(network_depth(step(), 1.0), stripes);
  int far_off = 0;
  for (int y = 2; y < map.rows - 2; ++y) far_off += std::abs(edge_of(map, y, 0.5F) - kEdge) > 1;
  EXPECT_LE(far_off, 4);
  for (int y = 2; y < map.rows - 2; ++y) {
    EXPECT_NEAR(map(y, kEdge - 14), 0.8, 0.02);
    EXPECT_NEAR(map(y, kEdge + 14), 0.2, 0.02);
  }
}

TEST(DepthRefine, SurfacesBesideAnEdgeKeepTheirSlantsWithoutStairs) {
  const auto near_plane = [](int x, int y) {
    return 0.7 + 0.0008 * x + 0.0006 * y;
  };
  const auto far_plane = [](int x, int y) {
    return 0.1 + 0.0006 * x - 0.0004 * y;
  };
  const auto truth =
      map_by([&](int x, int y) { return x < kEdge ? near_plane(x, y) : far_plane(x, y); });
  const auto map =
      RefineRun(RLV_SEM_RELATIVE_INVERSE).run(network_depth(truth, 1.0), step_picture());
  for (int y = 4; y < map.rows - 4; ++y)
    for (int x = 4; x < map.cols - 4; ++x) {
      const bool near = map(y, x) > 0.45F;
      EXPECT_NEAR(map(y, x), near ? near_plane(x, y) : far_plane(x, y), 0.02);
    }
}

TEST(DepthRefine, AThinPoleKeepsItsPlaceAndItsDepth) {
  constexpr int kLeft = 100, kRight = 108;
  const auto truth = map_by([](int x, int) { return x >= kLeft && x < kRight ? 0.8 : 0.2; });
  auto picture = textured(kPicture, {150, 140, 70}, 10, 3);
  picture(cv::Rect(kLeft, 0, kRight - kLeft, 136)).setTo(cv::Scalar(50, 30, 40));
  const auto soft = network_depth(truth, 0.5);
  double peak = 0;
  cv::minMaxLoc(soft, nullptr, &peak);
  const auto map = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(soft, picture);
  const auto half = static_cast<float>(0.5 * (0.2 + peak));
  for (int y = 3; y < map.rows - 3; ++y) {
    int first = -1, last = -1;
    for (int x = 0; x < map.cols; ++x)
      if (map(y, x) > half) {
        if (first < 0) first = x;
        last = x;
      }
    EXPECT_NEAR(first, kLeft, 1) << y;
    EXPECT_NEAR(last, kRight - 1, 1) << y;
    EXPECT_GT(map(y, 104), 0.2 + 0.9 * (peak - 0.2)) << y;
  }
}

TEST(DepthRefine, AThirdSurfaceBetweenTwoOthersStaysOne) {
  const auto truth = map_by([](int x, int y) { return y >= 70 ? (x < kEdge ? 0.85 : 0.5) : 0.1; });
  const auto picture = painted(kPicture, [](int x, int y) {
    return y < 70      ? cv::Vec3d{170, 200, 230}
           : x < kEdge ? cv::Vec3d{150, 60, 40}
                       : cv::Vec3d{50, 110, 50};
  });
  const auto map = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(network_depth(truth), picture);
  int wrong = 0;
  for (int y = 60; y < 80; ++y)
    for (int x = kEdge - 10; x < kEdge + 10; ++x)
      wrong += std::abs(map(y, x) - truth(y, x)) > 0.1 ? 1 : 0;
  EXPECT_LE(wrong, 24);  // of 400
}

TEST(DepthRefine, WhatIsUnknownStaysSoAndSpoilsNothing) {
  for (const auto semantic : {RLV_SEM_METRES, RLV_SEM_RELATIVE_INVERSE}) {
    cv::Mat1f soft = network_depth(step(), 1.0);
    if (semantic == RLV_SEM_METRES) soft = metres_of(soft);
    const auto clean = RefineRun(semantic).run(soft, step_picture());
    soft(cv::Rect(56, 20, 6, 6)).setTo(kNaN);  // across the edge
    soft(40, 20) = -std::numeric_limits<float>::infinity();
    const auto map = RefineRun(semantic).run(soft, step_picture());
    int unknown = 0, differ = 0;
    for (int y = 0; y < map.rows; ++y)
      for (int x = 0; x < map.cols; ++x) {
        const bool within =
            x * 115 / 240 >= 56 && x * 115 / 240 < 62 && y * 65 / 136 >= 20 && y * 65 / 136 < 26;
        if (std::isnan(map(y, x))) {
          ++unknown;
          EXPECT_TRUE(within) << x << ", " << y;
        }
        const bool near = std::abs(x - 122) < 16 && std::abs(y - 47) < 16;
        if (!near && std::isfinite(map(y, x)) && std::abs(map(y, x) - clean(y, x)) > 0.1) ++differ;
      }
    EXPECT_NEAR(unknown, 36 * 4.37, 40);
    EXPECT_LE(differ, 8);
    EXPECT_EQ(map(84, 42), -std::numeric_limits<float>::infinity());
  }
  for (const float value : {0.0F, -1.0F, kNaN, std::numeric_limits<float>::infinity()}) {
    const auto map = RefineRun(RLV_SEM_METRES).run(cv::Mat1f(kMap, value), step_picture());
    for (const float made : map)
      ASSERT_TRUE(made == value || (made != made && value != value)) << made << " of " << value;
  }
}

TEST(DepthRefine, AnyShapeOfPictureAndMap) {
  for (const auto picture : {cv::Size{136, 241}, {3, 40}, {40, 3}, {1, 1}, {33, 17}, {500, 9}})
    for (const auto size : {cv::Size{65, 115}, {3, 2}, {1, 1}, {30, 40}, {301, 201}}) {
      cv::Mat1f depth(size);
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) depth(y, x) = 2 * x < size.width ? 2.0F : 6.0F;
      const auto map = RefineRun(RLV_SEM_METRES).run(depth, textured(picture, {90, 90, 90}, 40, 4));
      EXPECT_EQ(map.size(), picture);
      EXPECT_TRUE(cv::checkRange(map, true, nullptr, 1.99, 6.01)) << picture << " of " << size;
    }
}

TEST(DepthRefine, InTheDepthsOwnSizeTheEdgeIsSharpToo) {
  const auto soft = network_depth(step(), 1.0);
  const auto map =
      RefineRun(RLV_SEM_RELATIVE_INVERSE, R"({"size": "depth"})").run(soft, step_picture());
  ASSERT_EQ(map.size(), kMap);
  for (int y = 2; y < map.rows - 2; ++y) {
    EXPECT_NEAR(edge_of(map, y, 0.5F), kEdge * 115.0 / 240.0, 1);
    for (int x = 2; x < map.cols - 2; ++x)
      EXPECT_TRUE(std::abs(map(y, x) - 0.8) < 0.03 || std::abs(map(y, x) - 0.2) < 0.03);
  }
}

}  // namespace
}  // namespace relievo::depth_refine::test
