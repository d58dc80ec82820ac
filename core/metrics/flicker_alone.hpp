// Flicker where nobody knows the true depth: change along the flow, told in parts of the depth's
// own range.
#pragma once

#include <cstdint>
#include <span>

namespace relievo::metrics {

// Row-major maps of one size, in any unit, both in the same one. flow: dx, dy interleaved, pixels
// from this frame to the next; seen: 1 where the point is visible in both. Mean over seen pixels of
// |next along the flow - now|, divided by the range (1st to 99th percentile) of now: 0.01 is a
// wobble of one percent of the range a frame. True motion in depth counts as well: compare
// approaches on the same film only. 0 without pixels or range. [any]
[[nodiscard]] double flicker_alone(std::span<const float> now, std::span<const float> next,
                                   std::span<const float> flow, std::span<const std::uint8_t> seen,
                                   int width, int height);

}  // namespace relievo::metrics
