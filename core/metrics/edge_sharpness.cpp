#include "core/metrics/edge_sharpness.hpp"

#include <algorithm>
#include <cmath>

#include "core/metrics/percentile.hpp"

namespace relievo::metrics {

EdgeSharpness edge_sharpness(std::span<const float> depth, std::span<const float> luma, int width,
                             int height, const EdgeOptions& options) {
  const double range = percentile(depth, 99) - percentile(depth, 1);
  EdgeSharpness result;
  if (range <= 0) return result;
  const auto index = [&](int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  };
  const int reach = options.reach;
  double sum = 0;
  for (int y = reach; y < height - reach; ++y) {
    for (int x = reach; x < width - reach; ++x) {
      const float across = std::abs(luma[index(x + 1, y)] - luma[index(x - 1, y)]);
      const float down = std::abs(luma[index(x, y + 1)] - luma[index(x, y - 1)]);
      if (std::max(across, down) < options.colour_step) continue;
      const int dx = across >= down ? 1 : 0;
      const int dy = 1 - dx;
      const auto change = [&](int steps) {
        return std::abs(static_cast<double>(depth[index(x + steps * dx, y + steps * dy)]) -
                        depth[index(x - steps * dx, y - steps * dy)]);
      };
      const double whole = change(reach);
      if (whole < options.depth_step * range) continue;
      sum += std::min(1.0, change(1) / whole);
      ++result.edges;
    }
  }
  if (result.edges > 0) result.share = sum / static_cast<double>(result.edges);
  return result;
}

}  // namespace relievo::metrics
