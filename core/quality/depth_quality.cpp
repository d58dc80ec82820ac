#include "core/quality/depth_quality.hpp"

#include <cmath>
#include <cstddef>

#include "core/metrics/depth_agreement.hpp"
#include "core/metrics/edge_sharpness.hpp"
#include "core/metrics/flicker_alone.hpp"

namespace relievo::quality {
namespace {

// Below this no flow is found.
constexpr int kSmallestSide = 48;
// Forth and back again end at most this far apart where a point is seen in both frames.
constexpr float kRoundTrip = 1.0F;

std::span<const float> values(const cv::Mat1f& map) {
  return {map[0], map.total()};
}

// 1 where the flow leads into the picture and the flow back leads home.
std::vector<std::uint8_t> seen_in_both(const cv::Mat2f& forth, const cv::Mat2f& back) {
  std::vector<std::uint8_t> seen(forth.total(), 0);
  for (int y = 0; y < forth.rows; ++y)
    for (int x = 0; x < forth.cols; ++x) {
      const auto step = forth(y, x);
      const int to_x = static_cast<int>(std::lround(static_cast<float>(x) + step[0]));
      const int to_y = static_cast<int>(std::lround(static_cast<float>(y) + step[1]));
      if (to_x < 0 || to_y < 0 || to_x >= forth.cols || to_y >= forth.rows) continue;
      const auto home = back(to_y, to_x);
      if (std::hypot(step[0] + home[0], step[1] + home[1]) < kRoundTrip)
        seen[static_cast<std::size_t>(y) * static_cast<std::size_t>(forth.cols) +
             static_cast<std::size_t>(x)] = 1;
    }
  return seen;
}

}  // namespace

DepthQuality::DepthQuality()
    : flow_(cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM)) {}

void DepthQuality::add(const cv::Mat1b& luma, const cv::Mat1f& depth, std::int64_t shot) {
  const cv::Mat1f brightness = luma / 255.0;
  const auto edges =
      metrics::edge_sharpness(values(depth), values(brightness), depth.cols, depth.rows);
  if (edges.edges > 0) edges_.add(edges.share, static_cast<double>(edges.edges));
  if (!last_luma_.empty() && shot == shot_) judge_flicker(luma, depth);
  last_luma_ = luma.clone();
  last_depth_ = depth.clone();
  shot_ = shot;
}

void DepthQuality::judge_flicker(const cv::Mat1b& luma, const cv::Mat1f& depth) {
  if (std::min(luma.cols, luma.rows) < kSmallestSide) return;
  cv::Mat2f forth, back;
  flow_->calc(last_luma_, luma, forth);
  flow_->calc(luma, last_luma_, back);
  const auto seen = seen_in_both(forth, back);
  flicker_.add(metrics::flicker_alone(values(last_depth_), values(depth),
                                      {forth.ptr<float>(), 2 * forth.total()}, seen, depth.cols,
                                      depth.rows));
}

void DepthQuality::add_truth(std::span<const float> depth, std::span<const float> truth,
                             float floor) {
  metrics::Aligner aligner(floor);
  aligner.add(depth, truth);
  const auto alignment = aligner.best();
  abs_rel_.add(metrics::abs_rel(depth, truth, alignment, floor));
  within_125_.add(metrics::share_within(depth, truth, alignment, 1.25, floor));
}

}  // namespace relievo::quality
