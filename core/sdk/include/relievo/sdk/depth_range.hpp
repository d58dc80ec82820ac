// From depth of any kind to 0 (far) .. 1 (near), steadily: the range follows robust percentiles, so
// that a spark or a snowflake does not pump the picture, moves slowly within a shot, and starts
// afresh at a cut.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <relievo/sdk/plane.hpp>

namespace relievo {

// Inverse depth to the normalised value: clamp(scale * inverse + shift, 0, 1).
struct DepthScale {
  float scale = 1.0F;
  float shift = 0.0F;
};

// The value as inverse depth (larger is nearer): metres are inverted, everything else already is
// inverse. Zero and negative metres, and what is not finite, count as infinitely far: 0.
[[nodiscard]] float inverse_depth(float value, std::uint32_t semantic);

// Not thread-safe; one per stream.
class DepthRange {
 public:
  struct Options {
    double low_percentile = 1.0;    // percent of pixels below 0
    double high_percentile = 99.0;  // percent of pixels below 1
    // Share of the way to the new frame's percentiles that the range goes each frame, within a
    // shot.
    double adaptation = 0.05;
  };

  DepthRange() : DepthRange(Options{}) {}
  explicit DepthRange(Options options) : options_(options) {}

  // Looks at the next frame (a sample of its pixels) and says how to map it. A depth without any
  // range maps to 0.5.
  DepthScale update(const Plane<const float>& depth, std::uint32_t semantic, std::int64_t shot_id);
  void reset() { range_.reset(); }

 private:
  struct Range {
    double low;
    double high;
  };
  [[nodiscard]] Range measure(const Plane<const float>& depth, std::uint32_t semantic);

  Options options_;
  std::optional<Range> range_;
  std::int64_t shot_id_ = 0;
  std::vector<float> sample_;
};

}  // namespace relievo
