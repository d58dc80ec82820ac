#include "core/metrics/view_shares.hpp"

#include <cmath>
#include <cstddef>

namespace relievo::metrics {
namespace {

bool is_hole(float column) {
  return !std::isfinite(column) || column < 0;
}

}  // namespace

ViewShares view_shares(std::span<const float> source_columns, int width, int height,
                       double stretch) {
  std::size_t holes = 0;
  std::size_t stretched = 0;
  for (int y = 0; y < height; ++y) {
    const auto row =
        source_columns.subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(width),
                               static_cast<std::size_t>(width));
    for (std::size_t x = 0; x < row.size(); ++x) {
      if (is_hole(row[x])) {
        ++holes;
        continue;
      }
      const bool has_right = x + 1 < row.size() && !is_hole(row[x + 1]);
      const bool has_left = x > 0 && !is_hole(row[x - 1]);
      if (!has_right && !has_left) continue;
      const double step = has_right ? row[x + 1] - row[x] : row[x] - row[x - 1];
      if (std::abs(step) * stretch < 1) ++stretched;
    }
  }
  const auto all = static_cast<double>(source_columns.size());
  if (source_columns.empty()) return {};
  return {static_cast<double>(holes) / all, static_cast<double>(stretched) / all};
}

}  // namespace relievo::metrics
