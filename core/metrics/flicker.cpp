#include "core/metrics/flicker.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace relievo::metrics {

double flicker(const FlickerFrame& now, const FlickerFrame& next, std::span<const float> flow,
               std::span<const std::uint8_t> seen, int width, int height) {
  const auto at = [&](std::span<const float> map, double x, double y) {
    const double fx = std::clamp(x, 0.0, width - 1.0);
    const double fy = std::clamp(y, 0.0, height - 1.0);
    const int x0 = static_cast<int>(fx);
    const int y0 = static_cast<int>(fy);
    const int x1 = std::min(x0 + 1, width - 1);
    const int y1 = std::min(y0 + 1, height - 1);
    const auto value = [&](int row, int column) {
      return static_cast<double>(map[static_cast<std::size_t>(row) * width + column]);
    };
    const double top = value(y0, x0) + (fx - x0) * (value(y0, x1) - value(y0, x0));
    const double bottom = value(y1, x0) + (fx - x0) * (value(y1, x1) - value(y1, x0));
    return top + (fy - y0) * (bottom - top);
  };
  double sum = 0, level = 0;
  std::size_t count = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto i = static_cast<std::size_t>(y) * width + x;
      if (seen[i] == 0) continue;
      const double to_x = x + flow[2 * i];
      const double to_y = y + flow[2 * i + 1];
      const double change = at(next.predicted, to_x, to_y) - now.predicted[i];
      const double true_change = at(next.truth, to_x, to_y) - now.truth[i];
      sum += std::abs(change - true_change);
      level += now.truth[i];
      ++count;
    }
  }
  return count > 0 && level > 0 ? sum / level : 0;
}

}  // namespace relievo::metrics
