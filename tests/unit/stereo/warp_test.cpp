// Rows, against a z-buffer that looks at every target and every surface in turn.
#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "plugins/stereo/row_warp.hpp"

namespace relievo::test {
namespace {

using stereo::kHole;
using stereo::kPositionOne;

struct Seen {
  double position;
  double disparity;
};

// What target t sees, by definition: of all segments between untorn neighbours, and of the ends of
// surfaces within half a pixel of it, the nearest.
std::optional<Seen> look(const std::vector<float>& d, int t) {
  std::optional<Seen> seen;
  const auto offer = [&](double position, double disparity) {
    if (!seen || disparity > seen->disparity) seen = Seen{position, disparity};
  };
  const auto n = d.size();
  for (std::size_t x = 0; x < n; ++x) {
    const double at = static_cast<double>(x) - d[x];
    const bool left_end = x == 0 || std::abs(d[x] - d[x - 1]) > stereo::kTear;
    const bool right_end = x + 1 == n || std::abs(d[x + 1] - d[x]) > stereo::kTear;
    const bool near_end =
        (left_end && t <= at && at - t <= 0.5) || (right_end && t >= at && t - at <= 0.5);
    if (near_end) offer(static_cast<double>(x), d[x]);
    if (right_end) continue;
    const double next = static_cast<double>(x + 1) - d[x + 1];
    if (t < at || t > next) continue;
    const double u = next > at ? (t - at) / (next - at) : 0.0;
    offer(static_cast<double>(x) + u, d[x] + u * (d[x + 1] - d[x]));
  }
  return seen;
}

stereo::WarpedRow warp(const std::vector<float>& d, int growth = 0) {
  const int n = static_cast<int>(d.size());
  stereo::WarpedRow row(n);
  std::copy(d.begin(), d.end(), row.shape.disparity());
  row.shape.find_tears();
  row.shape.grow_foreground(growth);
  stereo::RowWarper(n).warp(row, 0);
  return row;
}

double position(const stereo::WarpedRow& row, int t) {
  return static_cast<double>(row.targets()[t]) / kPositionOne;
}

// Steps, slopes and thin things.
std::vector<float> random_row(int n, std::mt19937& random) {
  std::uniform_real_distribution<float> any(0.0F, 1.0F);
  std::vector<float> d;
  float level = 5;
  float slope = 0;
  while (static_cast<int>(d.size()) < n) {
    if (any(random) < 0.06F) level = 12.0F * any(random) - 2.0F;
    if (any(random) < 0.1F) slope = 0.8F * (any(random) - 0.5F);
    level += slope;
    d.push_back(level);
  }
  return d;
}

TEST(RowWarp, SeesWhatAZBufferSees) {
  std::mt19937 random(7);
  int compared = 0;
  for (int i = 0; i < 60; ++i) {
    const auto d = random_row(97, random);
    const auto row = warp(d);
    for (int t = 0; t < 97; ++t) {
      const auto seen = look(d, t);
      if (!seen) {
        ASSERT_EQ(row.targets()[t], kHole) << "row " << i << " target " << t;
        continue;
      }
      // Where the nearest covers only part of the target, an edge says so.
      double best = std::abs(position(row, t) - seen->position);
      for (const auto& edge : row.edges)
        if (edge.target == t) best = std::min(best, std::abs(edge.source - seen->position));
      ASSERT_LT(best, 2e-3) << "row " << i << " target " << t;
      ++compared;
    }
  }
  EXPECT_GT(compared, 3000);
}

TEST(RowWarp, ASlantedSurfaceHasNoCracks) {
  std::vector<float> d;
  for (int x = 0; x < 80; ++x) d.push_back(20.0F - 0.95F * static_cast<float>(x) / 2);
  const auto row = warp(d);
  const int first = static_cast<int>(std::ceil(0 - d.front()));
  const int last = static_cast<int>(std::floor(79 - d.back()));
  for (int t = std::max(first, 0); t <= std::min(last, 79); ++t) EXPECT_NE(row.targets()[t], kHole);
}

TEST(RowWarp, NearHidesFar) {
  // Far 0, near 6 over columns 40 to 59: seen at 34 to 53.
  std::vector<float> d(100, 0.0F);
  std::fill(d.begin() + 40, d.begin() + 60, 6.0F);
  const auto row = warp(d);
  for (int t = 0; t < 34; ++t) EXPECT_DOUBLE_EQ(position(row, t), t);
  for (int t = 34; t < 54; ++t) EXPECT_DOUBLE_EQ(position(row, t), t + 6);
  for (int t = 54; t < 60; ++t) EXPECT_EQ(row.targets()[t], kHole);
  for (int t = 60; t < 100; ++t) EXPECT_DOUBLE_EQ(position(row, t), t);
}

TEST(RowWarp, BackgroundBeyondAThinThingIsKept) {
  // A bar of two pixels moves by 9: what lies between its old and its new place is background.
  std::vector<float> d(60, 0.0F);
  d[30] = d[31] = 9.0F;
  const auto row = warp(d);
  EXPECT_DOUBLE_EQ(position(row, 21), 30);
  EXPECT_DOUBLE_EQ(position(row, 22), 31);
  for (int t = 23; t < 30; ++t) EXPECT_DOUBLE_EQ(position(row, t), t);
  EXPECT_EQ(row.targets()[30], kHole);
  EXPECT_EQ(row.targets()[31], kHole);
}

TEST(RowWarp, AnEdgeCoversWhatItCovers) {
  // Columns up to 19 move by 4.25: they end at 19.5 - 4.25 = 15.25, three quarters into target 15.
  std::vector<float> d(40, 0.0F);
  std::fill(d.begin(), d.begin() + 20, 4.25F);
  const auto row = warp(d);
  bool found = false;
  for (const auto& edge : row.edges) {
    if (edge.source != 19) continue;
    found = true;
    EXPECT_EQ(edge.target, 15);
    EXPECT_NEAR(edge.alpha, 0.75, 1e-6);
  }
  EXPECT_TRUE(found);
}

TEST(RowWarp, AnEdgeHiddenByANearerThingIsDropped) {
  std::vector<float> d(60, 0.0F);
  std::fill(d.begin() + 10, d.begin() + 20, 4.25F);  // ends over target 15
  std::fill(d.begin() + 20, d.begin() + 40, 10.0F);  // covers targets 10 to 29
  for (const auto& edge : warp(d).edges) EXPECT_NE(edge.source, 19);
}

TEST(RowWarp, TheForegroundGrowsOnlyWhereAHoleOpens) {
  std::vector<float> d(60, 0.0F);
  std::fill(d.begin() + 20, d.begin() + 40, 8.0F);
  const auto row = warp(d, 2);
  EXPECT_EQ(row.shape.disparity(19), 0.0F);
  EXPECT_EQ(row.shape.disparity(40), 8.0F);
  EXPECT_EQ(row.shape.disparity(41), 8.0F);
  EXPECT_EQ(row.shape.disparity(42), 0.0F);
  EXPECT_EQ(row.shape.tears(), (std::vector<std::int32_t>{19, 41}));
}

TEST(RowWarp, ARampBetweenNearAndFarBecomesOneEdge) {
  stereo::RowShape shape(30);
  for (int x = 0; x < 30; ++x)
    shape.disparity()[x] = x < 10 ? 9.0F : x > 14 ? 0.0F : 9.0F - 1.8F * static_cast<float>(x - 9);
  shape.find_tears();
  EXPECT_GT(shape.tears().size(), 3U);
  shape.sharpen_ramps();
  EXPECT_EQ(shape.tears(), (std::vector<std::int32_t>{11}));
  EXPECT_EQ(shape.disparity(11), 9.0F);
  EXPECT_EQ(shape.disparity(12), 0.0F);
}

TEST(RowWarp, AThinThingIsNoRamp) {
  stereo::RowShape shape(20);
  for (int x = 0; x < 20; ++x) shape.disparity()[x] = x == 10 ? 3.0F : x < 10 ? 6.0F : 0.0F;
  shape.find_tears();
  shape.sharpen_ramps();
  EXPECT_EQ(shape.disparity(10), 3.0F);
}

TEST(RowWarp, AMirroredShapeIsTheShapeOfTheMirroredRow) {
  std::mt19937 random(3);
  const auto d = random_row(50, random);
  stereo::RowShape shape(50);
  std::copy(d.begin(), d.end(), shape.disparity());
  shape.find_tears();
  stereo::RowShape mirrored(50);
  mirrored.mirror(shape);
  stereo::RowShape expected(50);
  std::copy(d.rbegin(), d.rend(), expected.disparity());
  expected.find_tears();
  EXPECT_EQ(mirrored.tears(), expected.tears());
  for (int x = -1; x < 50; ++x) EXPECT_EQ(mirrored.is_torn(x), expected.is_torn(x)) << x;
}

TEST(RowWarp, DisparitiesAsLargeAsThePictureAreHarmless) {
  std::mt19937 random(11);
  std::uniform_real_distribution<float> any(-40.0F, 40.0F);
  for (int i = 0; i < 50; ++i) {
    std::vector<float> d(40);
    for (auto& value : d) value = any(random);
    d[3] = 40.0F;
    d[30] = -40.0F;
    const auto row = warp(d, 3);
    for (int t = 0; t < 40; ++t) {
      const auto p = row.targets()[t];
      EXPECT_TRUE(p == kHole || (p >= 0 && p <= 39 * kPositionOne)) << p;
    }
  }
}

}  // namespace
}  // namespace relievo::test
