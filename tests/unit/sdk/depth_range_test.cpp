#include <relievo/sdk/depth_range.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

#include "tools/scenes/render.hpp"

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

// The range that a shot of a generated scene gets at each frame, with this share of the picture
// covered by near sparks and flakes of 1 to 4 px (8 to 32 at 1080p).
std::vector<DepthScale> scales_of_shot(const std::string& scene_name, double snow) {
  DepthRange::Options options;
  options.look_ahead = 12;
  DepthRange range(options);
  const auto scene = scenes::make_scene(scene_name, 3, {240, 135, 30, 1.5});
  std::mt19937 random(7);
  std::vector<DepthScale> scales;
  for (int i = 0; i < scene.frames; ++i) {
    auto frame = scenes::render(scene, i, scenes::kLeftAndDepth);
    auto flakes = static_cast<int>(snow * 240 * 135 / 7.5);  // of 7.5 px on average
    for (; flakes > 0; --flakes) {
      const auto size = static_cast<int>(1 + random() % 4);
      const auto left = static_cast<int>(random() % 240);
      const auto top = static_cast<int>(random() % 135);
      const auto metres = 0.2F + 0.01F * static_cast<float>(random() % 50);
      for (int y = top; y < std::min(135, top + size); ++y)
        for (int x = left; x < std::min(240, left + size); ++x)
          frame.depth[static_cast<std::size_t>(y * 240 + x)] = metres;
    }
    range.add({frame.depth.data(), 240, 135, 1, 240, 1}, RLV_SEM_METRES, 0);
    while (const auto scale = range.next()) scales.push_back(*scale);
  }
  range.finish();
  while (const auto scale = range.next()) scales.push_back(*scale);
  return scales;
}

TEST(DepthRange, SparksAndSnowChangeTheRangeOfAShotByLessThanTwoPercent) {
  for (const auto* scene : {"dolly", "room"}) {
    const auto clear = scales_of_shot(scene, 0.0);
    const auto snowy = scales_of_shot(scene, 0.02);
    ASSERT_EQ(clear.size(), 30U);
    ASSERT_EQ(snowy.size(), 30U);
    double worst = 0.0;
    for (std::size_t i = 0; i < clear.size(); ++i) {
      const double span = 1.0 / clear[i].scale;
      const double low = -clear[i].shift * span;
      const double snow_span = 1.0 / snowy[i].scale;
      const double snow_low = -snowy[i].shift * snow_span;
      worst = std::max({worst, std::abs(snow_low - low) / span,
                        std::abs(snow_low + snow_span - low - span) / span});
    }
    std::printf("  %s: %.2f %%\n", scene, 100.0 * worst);
    EXPECT_LT(worst, 0.02) << scene;
  }
}

TEST(DepthRange, StandsStillWithinAShotUntilTheShotMovesThroughDepth) {
  DepthRange range;
  const auto first = range.update(ramp(0, 1).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  for (int i = 0; i < 20; ++i) {
    const float wobble = 0.05F * static_cast<float>(i % 3);
    const auto now = range.update(ramp(0, 1 + wobble).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
    EXPECT_EQ(now.scale, first.scale);
  }
  // Twice as near: there within as many steps as the rate asks for, and still again.
  DepthScale last = first;
  for (int i = 0; i < 90; ++i) {
    const auto now = range.update(ramp(0, 2).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
    EXPECT_LE(now.scale, last.scale);
    EXPECT_GE(now.scale, last.scale * 0.96F);
    last = now;
  }
  EXPECT_NEAR(last.scale, 0.5F, 0.02F);
}

TEST(DepthRange, AFrameThatStandsAloneAtTheBeginningOfAShotDoesNotSayTheRange) {
  DepthRange::Options options;
  options.look_ahead = 4;
  DepthRange range(options);
  range.add(ramp(0, 9).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  for (int i = 0; i < 4; ++i) range.add(ramp(0, 1).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  const auto scale = range.next();
  ASSERT_TRUE(scale.has_value());
  EXPECT_NEAR(scale->scale, 1.0F, 0.05F);
  EXPECT_FALSE(range.next().has_value());
}

TEST(DepthRange, LooksOverNoCut) {
  DepthRange::Options options;
  options.look_ahead = 4;
  DepthRange range(options);
  range.add(ramp(0, 1).plane(), RLV_SEM_RELATIVE_INVERSE, 0);
  for (int i = 0; i < 4; ++i) range.add(ramp(0, 9).plane(), RLV_SEM_RELATIVE_INVERSE, 1);
  EXPECT_NEAR(range.next().value().scale, 1.0F, 0.05F);
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
