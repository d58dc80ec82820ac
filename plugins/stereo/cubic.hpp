// Catmull and Rom's cubic at one position: what every version of the sampling kernel computes.
#pragma once

#include <cstdint>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// Weights of the samples before the position's column, at it, and the two behind.
struct CubicWeights {
  float before, at, next, after;
};

// f: how far the position lies beyond its column, 0 to 1.
[[nodiscard]] inline CubicWeights cubic_weights_at(float f) {
  const float g = 1.0F - f;
  const float h = -0.5F * f * g;
  return {h * g, (1.5F * f - 2.5F) * f * f + 1.0F, (1.5F * g - 2.5F) * g * g + 1.0F, h * f};
}

[[nodiscard]] inline CubicWeights cubic_weights(std::int32_t position) {
  constexpr float kInverse = 1.0F / static_cast<float>(kPositionOne);
  return cubic_weights_at(static_cast<float>(position & (kPositionOne - 1)) * kInverse);
}

// Of four samples; top: the greatest value.
[[nodiscard]] inline std::int32_t cubic_sample(const CubicWeights& w, float before, float at,
                                               float next, float after, float top) {
  float v = (w.before * before + w.after * after) + (w.at * at + w.next * next) + 0.5F;
  v = v < 0.0F ? 0.0F : v;
  v = v > top ? top : v;
  return static_cast<std::int32_t>(v);
}

}  // namespace relievo::stereo
