#include "blend.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {
namespace {

// Bilinear, held inside the map.
float sampled(const cv::Mat1f& map, float x, float y) {
  x = std::clamp(x, 0.0F, static_cast<float>(map.cols - 1));
  y = std::clamp(y, 0.0F, static_cast<float>(map.rows - 1));
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, map.cols - 1), bottom = std::min(top + 1, map.rows - 1);
  const float u = x - static_cast<float>(left), v = y - static_cast<float>(top);
  const float* upper = map[top];
  const float* lower = map[bottom];
  const float high = upper[left] + u * (upper[right] - upper[left]);
  const float low = lower[left] + u * (lower[right] - lower[left]);
  return high + v * (low - high);
}

}  // namespace

Blended blend(const cv::Mat1f& map, const Alignment& fit, const cv::Mat1f& past,
              const cv::Mat4f& track, const DepthChange& change, const BlendOptions& options,
              ThreadTeam& team) {
  constexpr int kRows = 16;
  const float grow_x = static_cast<float>(map.cols) / static_cast<float>(track.cols);
  const float grow_y = static_cast<float>(map.rows) / static_cast<float>(track.rows);
  Blended blended{cv::Mat1f(map.size()), {}};
  auto& result = blended.map;
  const int tasks = (map.rows + kRows - 1) / kRows;
  std::vector<Moments> drifts(static_cast<std::size_t>(tasks));
  team.run(tasks, [&](int task, int) {
    auto& drift = drifts[static_cast<std::size_t>(task)];
    const int first = task * kRows, last = std::min(first + kRows, map.rows);
    for (int y = first; y < last; ++y) {
      // The track's row at this height; its columns are interpolated below.
      const float track_y =
          std::clamp((static_cast<float>(y) + 0.5F) / grow_y - 0.5F, 0.0F, track.rows - 1.0F);
      const int upper_row = static_cast<int>(track_y);
      const auto* upper = track[upper_row];
      const auto* lower = track[std::min(upper_row + 1, track.rows - 1)];
      const float v = track_y - static_cast<float>(upper_row);
      for (int x = 0; x < map.cols; ++x) {
        const float track_x =
            std::clamp((static_cast<float>(x) + 0.5F) / grow_x - 0.5F, 0.0F, track.cols - 1.0F);
        const int left = static_cast<int>(track_x);
        const int right = std::min(left + 1, track.cols - 1);
        const float u = track_x - static_cast<float>(left);
        const auto mixed = [&](int channel) {
          const float high =
              upper[left][channel] + u * (upper[right][channel] - upper[left][channel]);
          const float low =
              lower[left][channel] + u * (lower[right][channel] - lower[left][channel]);
          return high + v * (low - high);
        };
        const float value = fit.scale * map(y, x) + fit.shift;
        const float before = sampled(past, static_cast<float>(x) + grow_x * mixed(0),
                                     static_cast<float>(y) + grow_y * mixed(1));
        const float expected = change.at(static_cast<float>(x), static_cast<float>(y), before);
        const float difference = expected - value;
        const float jump = difference / (options.edge * (std::abs(expected) + options.floor));
        // Falls from 1 at no jump to 1/4 at a jump of one.
        const float near = 1 / (1 + jump * jump);
        const float moved = value + options.strength * mixed(2) * near * near * difference;
        result(y, x) = std::isfinite(moved) ? moved : value;
        // Every other pixel of every other row is enough.
        if (((x | y) & 1) == 0 && std::isfinite(moved)) {
          const float size = expected * expected + options.floor * options.floor;
          drift.add(expected, moved, mixed(3) * near * near / (size + 1e-30F));
        }
      }
    }
  });
  for (const auto& drift : drifts) blended.drift.add(drift);
  return blended;
}

}  // namespace relievo::temporal
