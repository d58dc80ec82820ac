#include "core/metrics/comfort.hpp"

#include <cmath>
#include <vector>

#include "core/metrics/percentile.hpp"

namespace relievo::metrics {

Comfort comfort(std::span<const float> parallax, int picture_width, double limit) {
  std::vector<double> percents;
  for (const auto pixels : parallax)
    if (std::isfinite(pixels)) percents.push_back(100.0 * pixels / picture_width);
  Comfort result;
  if (percents.empty()) return result;
  const double one = 1.0 / static_cast<double>(percents.size());
  for (const auto percent : percents) {
    const double bin = std::floor((percent - Comfort::kFrom) / Comfort::kStep);
    if (bin < 0)
      result.below += one;
    else if (bin >= static_cast<double>(Comfort::kBins))
      result.above += one;
    else
      result.histogram[static_cast<std::size_t>(bin)] += one;
    if (std::abs(percent) > limit) result.outside += one;
  }
  result.nearest = percentile(percents, 1);
  result.farthest = percentile(percents, 99);
  return result;
}

}  // namespace relievo::metrics
