#include "core/metrics/flicker.hpp"

#include <cmath>
#include <cstddef>

#include "core/metrics/map_sample.hpp"

namespace relievo::metrics {

double flicker(const FlickerFrame& now, const FlickerFrame& next, std::span<const float> flow,
               std::span<const std::uint8_t> seen, int width, int height) {
  const auto at = [&](std::span<const float> map, double x, double y) {
    return sample(map, width, height, x, y);
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
