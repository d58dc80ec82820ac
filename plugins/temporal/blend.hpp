// The average of a frame and its past, at the full size of the map.
#pragma once

#include <algorithm>

#include <opencv2/core.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "alignment.hpp"

namespace relievo::temporal {

// What the camera's motion makes of an inverse depth on the way to the next frame, at pixel (x, y)
// of the next one: inverse * (constant + along_x x + along_y y + near inverse).
struct DepthChange {
  float constant = 1, along_x = 0, along_y = 0, near = 0;
  // Held within 4/5 and 5/4: no camera comes nearer by more in a frame that still has a past.
  [[nodiscard]] float at(float x, float y, float inverse) const {
    const float factor = constant + along_x * x + along_y * y + near * inverse;
    return inverse * std::clamp(factor, 0.8F, 1.25F);
  }
};

struct BlendOptions {
  float strength = 0.85F;  // share of the past where it can be trusted
  float edge = 0.1F;       // relative difference from the past that counts as another surface
  float floor = 0;         // inverse depth below which differences count as much as at it
};

struct Blended {
  cv::Mat1f map;
  Moments drift;  // pairs of what the past let expect and of the result, where nothing moves
};

// Map brought to the past by `fit`, then averaged with `past` (same size) where `track` (of any
// smaller size: flow x and y in its own pixels, trust, trust in what stands still) says so; without
// a known past the map alone. NaN stays NaN. Rows are shared among the team; the result does not
// depend on its size.
[[nodiscard]] Blended blend(const cv::Mat1f& map, const Alignment& fit, const cv::Mat1f& past,
                            const cv::Mat4f& track, const DepthChange& change,
                            const BlendOptions& options, ThreadTeam& team);

}  // namespace relievo::temporal
