#include "edges.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace relievo::depth_refine {
namespace {

// How much steeper than a plane of the same step the steepest place of a jump is at least.
constexpr float kSteeper = 1.3F;
// How steep a saddle counts, by the root of its curvatures' product: where ramps meet it is level
// and on no surface all the same.
constexpr float kSaddle = 2.0F;

cv::Mat1f slope_of(const cv::Mat1f& v) {
  cv::Mat1f slope(v.size());
  for (int y = 0; y < v.rows; ++y) {
    const float* const row = v[y];
    const float* const above = v[std::max(0, y - 1)];
    const float* const below = v[std::min(v.rows - 1, y + 1)];
    const float half = y > 0 && y + 1 < v.rows ? 0.5F : 1.0F;
    float* const out = slope[y];
    for (int x = 1; x + 1 < v.cols; ++x) {
      const float xx = row[x + 1] - 2.0F * row[x] + row[x - 1];
      const float yy = below[x] - 2.0F * row[x] + above[x];
      const float xy = 0.25F * (below[x + 1] - below[x - 1] - above[x + 1] + above[x - 1]);
      out[x] = 0.5F * std::abs(row[x + 1] - row[x - 1]) + half * std::abs(below[x] - above[x]) +
               kSaddle * std::sqrt(std::max(0.0F, xy * xy - xx * yy));
    }
    for (const int x : {0, v.cols - 1})
      out[x] = std::abs(row[std::min(v.cols - 1, x + 1)] - row[std::max(0, x - 1)]) +
               half * std::abs(below[x] - above[x]);
  }
  return slope;
}

}  // namespace

Edges find_edges(const cv::Mat1f& inverse, int radius, float threshold) {
  const int side = 2 * radius + 1;
  const auto box = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
  Edges edges;
  edges.slope = slope_of(inverse);
  cv::Mat1f steepest;
  cv::dilate(inverse, edges.nearest, box);
  cv::erode(inverse, edges.farthest, box);
  cv::dilate(edges.slope, steepest, box);
  edges.near.create(inverse.size());
  const float run = 2.0F * static_cast<float>(radius);
  for (int y = 0; y < inverse.rows; ++y) {
    const float* const high = edges.nearest[y];
    const float* const low = edges.farthest[y];
    const float* const slope = steepest[y];
    std::uint8_t* const out = edges.near[y];
    for (int x = 0; x < inverse.cols; ++x) {
      const float step = high[x] - low[x];
      out[x] = step >= threshold && slope[x] * run > kSteeper * step ? 255 : 0;
    }
  }
  return edges;
}

}  // namespace relievo::depth_refine
