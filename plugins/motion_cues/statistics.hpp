// Quantiles.
#pragma once

#include <algorithm>
#include <vector>

#include <opencv2/core.hpp>

namespace relievo::motion_cues {

// The value below which `share` of them lie; 0 if there are none. Reorders them.
template <class T>
[[nodiscard]] T quantile(std::vector<T>& values, double share) {
  if (values.empty()) return 0;
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

// The same over a map, from every ninth pixel.
[[nodiscard]] inline double quantile_of(const cv::Mat1f& map, double share) {
  constexpr int kStep = 3;
  std::vector<float> values;
  for (int y = std::min(1, map.rows - 1); y < map.rows; y += kStep)
    for (int x = std::min(1, map.cols - 1); x < map.cols; x += kStep) values.push_back(map(y, x));
  return quantile(values, share);
}

}  // namespace relievo::motion_cues
