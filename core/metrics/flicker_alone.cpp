#include "core/metrics/flicker_alone.hpp"

#include <cmath>
#include <cstddef>

#include "core/metrics/map_sample.hpp"
#include "core/metrics/percentile.hpp"

namespace relievo::metrics {

double flicker_alone(std::span<const float> now, std::span<const float> next,
                     std::span<const float> flow, std::span<const std::uint8_t> seen, int width,
                     int height) {
  const double range = percentile(now, 99) - percentile(now, 1);
  double sum = 0;
  std::size_t count = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x);
      if (seen[i] == 0) continue;
      const double there = sample(next, width, height, x + flow[2 * i], y + flow[2 * i + 1]);
      sum += std::abs(there - now[i]);
      ++count;
    }
  }
  return count > 0 && range > 0 ? sum / static_cast<double>(count) / range : 0;
}

}  // namespace relievo::metrics
