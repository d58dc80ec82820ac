// One value of a map between its pixels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace relievo::metrics {

// Bilinear; x and y in pixels from the centre of the first one, held inside the map. [any]
[[nodiscard]] inline double sample(std::span<const float> map, int width, int height, double x,
                                   double y) {
  const double fx = std::clamp(x, 0.0, width - 1.0);
  const double fy = std::clamp(y, 0.0, height - 1.0);
  const int x0 = static_cast<int>(fx);
  const int y0 = static_cast<int>(fy);
  const int x1 = std::min(x0 + 1, width - 1);
  const int y1 = std::min(y0 + 1, height - 1);
  const auto value = [&](int row, int column) {
    return static_cast<double>(map[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                                   static_cast<std::size_t>(column)]);
  };
  const double top = value(y0, x0) + (fx - x0) * (value(y0, x1) - value(y0, x0));
  const double bottom = value(y1, x0) + (fx - x0) * (value(y1, x1) - value(y1, x0));
  return top + (fy - y0) * (bottom - top);
}

}  // namespace relievo::metrics
