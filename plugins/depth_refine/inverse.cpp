#include "inverse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <relievo/plugin.h>

namespace relievo::depth_refine {

cv::Mat1f to_inverse(const Plane<const float>& depth, std::uint32_t semantic) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  cv::Mat1f result(depth.height, depth.width);
  for (int y = 0; y < depth.height; ++y) {
    const float* const in = depth.row(y);
    float* const out = result[y];
    if (semantic == RLV_SEM_METRES) {
      for (int x = 0; x < depth.width; ++x) {
        const float value = in[x * depth.pixel_stride];
        const float inverse = 1.0F / value;
        out[x] = value > 0.0F && std::isfinite(inverse) ? inverse : kNone;
      }
    } else {
      for (int x = 0; x < depth.width; ++x) {
        const float value = in[x * depth.pixel_stride];
        out[x] = std::isfinite(value) ? value : kNone;
      }
    }
  }
  return result;
}

cv::Mat1b fill_unknown(cv::Mat1f& inverse) {
  // Not by OpenCV, in whose comparisons NaN may be like itself.
  cv::Mat1b unknown(inverse.size());
  bool any = false;
  for (int y = 0; y < inverse.rows; ++y)
    for (int x = 0; x < inverse.cols; ++x) {
      const bool none = std::isnan(inverse(y, x));
      unknown(y, x) = none ? 255 : 0;
      any |= none;
    }
  if (!any) return {};
  // Along rows from both sides, then rows without any from their neighbours.
  std::vector<int> rows;
  for (int y = 0; y < inverse.rows; ++y) {
    float* const row = inverse[y];
    for (int x = 1; x < inverse.cols; ++x)
      if (std::isnan(row[x])) row[x] = row[x - 1];
    for (int x = inverse.cols - 2; x >= 0; --x)
      if (std::isnan(row[x])) row[x] = row[x + 1];
    if (!std::isnan(row[0])) rows.push_back(y);
  }
  if (rows.empty()) {
    inverse.setTo(0);
    return unknown;
  }
  std::size_t next = 0;
  for (int y = 0; y < inverse.rows; ++y) {
    while (next + 1 < rows.size() && std::abs(rows[next + 1] - y) <= std::abs(rows[next] - y))
      ++next;
    if (rows[next] != y) inverse.row(rows[next]).copyTo(inverse.row(y));
  }
  return unknown;
}

float range_of(const cv::Mat1f& inverse) {
  const int step = std::max(1, std::min(inverse.cols, inverse.rows) / 128);
  std::vector<float> sample;
  for (int y = step / 2; y < inverse.rows; y += step)
    for (int x = step / 2; x < inverse.cols; x += step)
      if (!std::isnan(inverse(y, x))) sample.push_back(inverse(y, x));
  if (sample.empty()) return 0.0F;
  const auto at = [&](double share) {
    const auto place = sample.begin() +
                       static_cast<std::ptrdiff_t>(share * static_cast<double>(sample.size() - 1));
    std::nth_element(sample.begin(), place, sample.end());
    return *place;
  };
  const float low = at(0.02);
  return at(0.98) - low;
}

}  // namespace relievo::depth_refine
