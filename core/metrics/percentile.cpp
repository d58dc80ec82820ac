#include "core/metrics/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace relievo::metrics {
namespace {

template <class T>
double percentile_of(std::span<const T> values, double percent) {
  std::vector<double> finite;
  for (const auto value : values)
    if (std::isfinite(value)) finite.push_back(static_cast<double>(value));
  if (finite.empty()) return 0;
  const double at = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(finite.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto middle = finite.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(finite.begin(), middle, finite.end());
  const double above =
      middle + 1 == finite.end() ? *middle : *std::min_element(middle + 1, finite.end());
  return *middle + (at - static_cast<double>(below)) * (above - *middle);
}

}  // namespace

double percentile(std::span<const float> values, double percent) {
  return percentile_of(values, percent);
}

double percentile(std::span<const double> values, double percent) {
  return percentile_of(values, percent);
}

}  // namespace relievo::metrics
