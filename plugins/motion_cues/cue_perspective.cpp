#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "cues.hpp"

namespace relievo::motion_cues {
namespace {

struct Edge {
  float x, y;    // place, in cells
  float nx, ny;  // unit normal of the line
  float weight;
};

// The strongest edge of every few cells, slanted ones only: level and upright lines meet far away.
std::vector<Edge> slanted_edges(const cv::Mat1b& small) {
  cv::Mat1f dx, dy;
  cv::Scharr(small, dx, CV_32F, 1, 0, 1.0 / 32);
  cv::Scharr(small, dy, CV_32F, 0, 1, 1.0 / 32);
  std::vector<Edge> edges;
  constexpr int kBlock = 3;
  for (int by = 0; by + kBlock <= small.rows; by += kBlock) {
    for (int bx = 0; bx + kBlock <= small.cols; bx += kBlock) {
      Edge best{0, 0, 0, 0, 0};
      for (int y = by; y < by + kBlock; ++y) {
        for (int x = bx; x < bx + kBlock; ++x) {
          const float size = std::hypot(dx(y, x), dy(y, x));
          if (size > best.weight)
            best = {static_cast<float>(x), static_cast<float>(y), dx(y, x) / size, dy(y, x) / size,
                    size};
        }
      }
      constexpr float kFaint = 6;       // grey steps per cell
      constexpr float kSlanted = 0.2F;  // about 12 degrees
      if (best.weight > kFaint && std::min(std::abs(best.nx), std::abs(best.ny)) > kSlanted) {
        best.weight = std::min(best.weight, 30.0F);
        edges.push_back(best);
      }
    }
  }
  return edges;
}

}  // namespace

Cue perspective_cue(const cv::Mat1b& luma) {
  const auto grid = detail::coarse_size(luma.size());
  Cue cue{cv::Mat1f(luma.size(), 0.5F), 0};
  if (grid.width < 16 || grid.height < 16) return cue;
  cv::Mat1b small;
  cv::resize(luma, small, grid, 0, 0, cv::INTER_AREA);
  const auto edges = slanted_edges(small);
  double total = 0;
  for (const auto& edge : edges) total += edge.weight;
  constexpr std::size_t kFewest = 30;
  if (edges.size() < kFewest) return cue;

  constexpr int kColumns = 24;
  constexpr int kRows = 16;
  double best = 0, sum = 0;
  float best_x = 0, best_y = 0;
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kColumns; ++c) {
      const float px = (static_cast<float>(c) + 0.5F) * static_cast<float>(grid.width) / kColumns;
      const float py = (static_cast<float>(r) + 0.5F) * static_cast<float>(grid.height) / kRows;
      double votes = 0;
      for (const auto& edge : edges) {
        const float ox = px - edge.x;
        const float oy = py - edge.y;
        const float reach = std::sqrt(ox * ox + oy * oy) + 1;
        // Sine of the angle by which the line misses the point; 5 degrees are forgiven.
        const float miss = std::abs(ox * edge.nx + oy * edge.ny) / reach;
        constexpr float kForgiven = 0.09F;
        if (miss < kForgiven && reach > 5) votes += edge.weight * (1 - miss / kForgiven);
      }
      sum += votes;
      if (votes > best) {
        best = votes;
        best_x = px;
        best_y = py;
      }
    }
  }
  // Lines in all directions give every point about 3 % of the votes.
  const double share = best / total;
  const double contrast = best / (sum / (kColumns * kRows) + 1e-9);
  cue.strength =
      std::clamp((share - 0.2) / 0.3, 0.0, 1.0) * std::clamp((contrast - 3) / 3, 0.0, 1.0);
  if (cue.strength <= 0) return cue;
  const float scale_x = static_cast<float>(luma.cols) / static_cast<float>(grid.width);
  const float scale_y = static_cast<float>(luma.rows) / static_cast<float>(grid.height);
  const float vx = best_x * scale_x;
  const float vy = best_y * scale_y;
  for (int y = 0; y < luma.rows; ++y) {
    for (int x = 0; x < luma.cols; ++x) {
      const auto fx = static_cast<float>(x) + 0.5F;
      const auto fy = static_cast<float>(y) + 0.5F;
      const float across =
          fx < vx ? (vx - fx) / vx : (fx - vx) / (static_cast<float>(luma.cols) - vx);
      const float down =
          fy < vy ? (vy - fy) / vy : (fy - vy) / (static_cast<float>(luma.rows) - vy);
      cue.nearness(y, x) = std::max(across, down);
    }
  }
  return cue;
}

}  // namespace relievo::motion_cues
