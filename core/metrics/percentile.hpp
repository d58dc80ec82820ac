// Order statistics of values that may hold what is not finite.
#pragma once

#include <span>

namespace relievo::metrics {

// The value below which `percent` (0 to 100) of the finite values lie, linear between neighbours;
// 0 if there are none. [any]
[[nodiscard]] double percentile(std::span<const float> values, double percent);
[[nodiscard]] double percentile(std::span<const double> values, double percent);

}  // namespace relievo::metrics
