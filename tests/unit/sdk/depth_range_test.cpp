#include <relievo/sdk/depth_range.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

namespace relievo {
namespace {

struct Map {
  Map(std::int32_t w, std::int32_t h)
      : width(w), height(h), values(static_cast<std::size_t>(w * h)) {}
  [[nodiscard]] Plane<const float> plane() const {
    return {values.data(), width, height, 1, width, 1};
  }
  std::int32_t width, height;
  std::vector<float> values;
};

// A ramp from low (top) to high (bottom).
Map ramp(float low, float high) {
  Map map(64, 64);
  for (std::size_t i = 0; i < map.values.size(); ++i)
    map.values[i] =
        low + (high - low) * static_cast<float>(i) / static_cast<float>(map.values.size() - 1);
  return map;
}

float apply(DepthScale s, float v) {
  return std::fmin(1.0F, std::fmax(0.0F, s.scale * v + s.shift));
}

TEST(DepthRange, SpreadsAShotOverZeroToOne) {
  DepthRange range;
  const auto scale = range.update(ramp(3, 7).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  EXPECT_NEAR(apply(scale, 3), 0, 0.02);
  EXPECT_NEAR(apply(scale, 5), 0.5, 0.01);
  EXPECT_NEAR(apply(scale, 7), 1, 0.02);
}

TEST(DepthRange, AFewSparksDoNotMoveTheRange) {
  DepthRange plain;
  DepthRange sparked;
  auto map = ramp(3, 7);
  const auto expected = plain.update(map.plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  for (std::size_t i = 0; i < 20; ++i) map.values[i * 200] = 1e6F;
  const auto scale = sparked.update(map.plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  EXPECT_NEAR(scale.scale, expected.scale, 0.02F * expected.scale);
}

TEST(DepthRange, FollowsSlowlyWithinAShotAndAtOnceAfterACut) {
  DepthRange range;
  static_cast<void>(range.update(ramp(0, 1).plane(), RLV_SEM_RELATIVE_INVERSE, 0));
  const auto within = range.update(ramp(0, 2).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  EXPECT_GT(within.scale, 0.9F);
  const auto after_cut = range.update(ramp(0, 2).plane(), RLV_SEM_RELATIVE_INVERSE, 1);
  EXPECT_NEAR(after_cut.scale, 0.5, 0.02);
}

TEST(DepthRange, MetresAreInverted) {
  DepthRange range;
  const auto scale = range.update(ramp(1, 10).plane(), RLV_SEM_METRES, 0);
  EXPECT_GT(apply(scale, inverse_depth(1, RLV_SEM_METRES)),
            apply(scale, inverse_depth(10, RLV_SEM_METRES)));
  EXPECT_EQ(inverse_depth(0, RLV_SEM_METRES), 0);
  EXPECT_EQ(inverse_depth(std::numeric_limits<float>::quiet_NaN(), RLV_SEM_RELATIVE_INVERSE), 0);
}

TEST(DepthRange, AFlatDepthLiesInTheMiddle) {
  DepthRange range;
  const auto scale = range.update(ramp(4, 4).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  EXPECT_FLOAT_EQ(apply(scale, 4), 0.5F);
}

}  // namespace
}  // namespace relievo
