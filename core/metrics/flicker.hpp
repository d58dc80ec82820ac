// Change of depth from frame to frame that the scene does not have.
#pragma once

#include <cstdint>
#include <span>

namespace relievo::metrics {

// Row-major maps of one size; inverse depth, predicted already brought to the truth's units. flow:
// dx, dy interleaved, pixels from this frame to the next; seen: 1 where the point is visible in
// both.
struct FlickerFrame {
  std::span<const float> predicted;
  std::span<const float> truth;
};

// Mean over seen pixels of |change of predicted - change of truth| along the flow, divided by the
// mean truth: 0.01 is a wobble of one percent a frame. Says nothing about being right: a constant
// map over a still scene has none; report it beside accuracy only. 0 without pixels.
[[nodiscard]] double flicker(const FlickerFrame& now, const FlickerFrame& next,
                             std::span<const float> flow, std::span<const std::uint8_t> seen,
                             int width, int height);

}  // namespace relievo::metrics
