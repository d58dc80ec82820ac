// Whether depth changes where colour does: at an object's edge, at once, and not beside it.
#pragma once

#include <cstddef>
#include <span>

namespace relievo::metrics {

struct EdgeSharpness {
  double share = 0;  // of the depth's change that lies within a pixel of the colour edge: 0 to 1
  std::size_t edges = 0;  // pixels that were judged
};

struct EdgeOptions {
  float colour_step = 0.1F;  // of the brightness's scale 0 to 1, between both neighbours
  double depth_step = 0.1;   // of the depth's range: less across the window is no depth edge
  int reach = 4;             // px to both sides over which the whole change is taken
};

// Row-major maps of one size: depth in any unit, luma from 0 to 1. Judges every pixel whose
// brightness differs by colour_step across it, along x or y, whichever is more, and over whose
// window depth changes. A step on the edge gives 1, a ramp over the window 1 / reach, a step more
// than a pixel beside the edge 0. [any]
[[nodiscard]] EdgeSharpness edge_sharpness(std::span<const float> depth,
                                           std::span<const float> luma, int width, int height,
                                           const EdgeOptions& options = {});

}  // namespace relievo::metrics
