#include "plugins/stereo/disparity.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

namespace relievo::test {
namespace {

using stereo::DepthMapping;
using stereo::DisparityRows;

std::vector<float> row_of(const std::vector<float>& map, int map_width, int map_height, int width,
                          int height, int y) {
  DisparityRows rows;
  rows.begin_frame({map.data(), map_width, map_height, 1, map_width, 1}, RLV_SEM_DISPARITY_PX,
                   {1, 0, -1000, 1000, 1, 0, 0}, width, height);
  std::vector<float> out(static_cast<std::size_t>(width));
  DisparityRows::Scratch scratch;
  rows.row(y, out.data(), scratch);
  return out;
}

TEST(DisparityRows, AMapOfThePicturesSizeIsLeftAsItIs) {
  const std::vector<float> map{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(row_of(map, 3, 2, 3, 2, 1), (std::vector<float>{4, 5, 6}));
}

TEST(DisparityRows, SamplesLieAtTheCentresOfTheirPixels) {
  // Twice as wide: centres of the picture lie a quarter pixel of the map beside those of the map.
  const std::vector<float> map{0, 4, 8};
  EXPECT_EQ(row_of(map, 3, 1, 6, 1, 0), (std::vector<float>{0, 1, 3, 5, 7, 8}));
  // Three times as high.
  const std::vector<float> column{0, 3};
  EXPECT_NEAR(row_of(column, 1, 2, 1, 6, 1)[0], 0, 1e-4);
  EXPECT_NEAR(row_of(column, 1, 2, 1, 6, 2)[0], 1, 1e-4);
  EXPECT_NEAR(row_of(column, 1, 2, 1, 6, 3)[0], 2, 1e-4);
}

TEST(DisparityRows, AMapLargerThanThePictureIsReadAtThePicturesCentres) {
  const std::vector<float> map{0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(row_of(map, 8, 1, 4, 1, 0), (std::vector<float>{0.5, 2.5, 4.5, 6.5}));
}

TEST(DisparityRows, AMirroredMapGivesTheMirroredRowToTheBit) {
  std::vector<float> map;
  for (int i = 0; i < 37; ++i) map.push_back(0.1F * static_cast<float>(i * i % 23));
  const std::vector<float> mirrored(map.rbegin(), map.rend());
  const auto row = row_of(map, 37, 1, 101, 1, 0);
  const auto other = row_of(mirrored, 37, 1, 101, 1, 0);
  EXPECT_EQ(row, (std::vector<float>(other.rbegin(), other.rend())));
}

TEST(DisparityRows, StridesOfTheMapDoNotMatter) {
  const std::vector<float> memory{1, -1, 2, -1, 9, 9, 3, -1, 4, -1, 9, 9};
  DisparityRows rows;
  rows.begin_frame({memory.data(), 2, 2, 1, 6, 2}, RLV_SEM_DISPARITY_PX,
                   {1, 0, -1000, 1000, 1, 0, 0}, 2, 2);
  std::vector<float> out(2);
  DisparityRows::Scratch scratch;
  rows.row(1, out.data(), scratch);
  EXPECT_EQ(out, (std::vector<float>{3, 4}));
}

TEST(DepthMappings, WhatIsNotANumberIsFar) {
  stereo::Options options;
  options.strength = 2;
  options.convergence = 0.25;
  const auto mapping = stereo::make_mapping(options, RLV_SEM_RELATIVE_INVERSE, {1, 0}, 1000, 100);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> depth{nan, inf, -inf, 0, 1, 7, -7};
  std::vector<float> out(depth.size());
  stereo::kernels().map_inverse(depth.data(), mapping, out.data(), 7);
  EXPECT_EQ(out, (std::vector<float>{-5, -5, -5, -5, 15, 15, -5}));
  const std::vector<float> metres{nan, inf, 0, -2, 1};
  stereo::kernels().map_metres(metres.data(), mapping, out.data(), 5);
  EXPECT_EQ((std::vector<float>(out.begin(), out.begin() + 5)),
            (std::vector<float>{-5, -5, -5, -5, 15}));
}

TEST(DepthMappings, ADisparityBeyondThePictureIsCut) {
  const auto mapping = stereo::make_mapping({}, RLV_SEM_DISPARITY_PX, {}, 200, 100);
  const std::vector<float> depth{1e30F, -1e30F, 3};
  std::vector<float> out(3);
  stereo::kernels().map_inverse(depth.data(), mapping, out.data(), 3);
  EXPECT_EQ(out, (std::vector<float>{200, -200, 6}));
}

}  // namespace
}  // namespace relievo::test
