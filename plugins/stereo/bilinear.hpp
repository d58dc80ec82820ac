// A map between its pixels.
#pragma once

#include <algorithm>

#include <opencv2/core.hpp>

namespace relievo::stereo {

// Linear between the four pixels around; beyond the border the outermost go on as they do there.
// The map has at least 2 x 2 pixels.
template <class T>
[[nodiscard]] float bilinear(const cv::Mat_<T>& map, float x, float y) {
  const int i = std::clamp(static_cast<int>(x), 0, map.cols - 2);
  const int j = std::clamp(static_cast<int>(y), 0, map.rows - 2);
  const float u = x - static_cast<float>(i);
  const float v = y - static_cast<float>(j);
  const auto row = [&](int k) {
    const T* const p = map[k] + i;
    const auto left = static_cast<float>(p[0]);
    return left + u * (static_cast<float>(p[1]) - left);
  };
  return (1 - v) * row(j) + v * row(j + 1);
}

}  // namespace relievo::stereo
