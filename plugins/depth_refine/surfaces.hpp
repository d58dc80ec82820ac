// Which surfaces meet around a place of the map, and what they look like there.
#pragma once

#include <array>

#include <opencv2/core.hpp>

#include "edges.hpp"
#include "guide.hpp"

namespace relievo::depth_refine {

// Decisions are prepared for cells of so many pixels of the map in either direction.
inline constexpr int kCell = 4;
inline constexpr int kMaxRadius = 12;
inline constexpr int kMaxSurfaces = 3;
// Every other pixel of the greatest window.
inline constexpr int kMaxSamples = (2 * kMaxRadius + kCell) * (2 * kMaxRadius + kCell) / 2;

// A plane through samples of the map: value at (x, y) = mean + slope_x * (x - x0) + ..., in inverse
// depth and pixels of the map, kept within low and high.
struct Surface {
  int first = 0;  // of its samples
  int count = 0;
  float weight = 0.0F;  // of all of them
  float mean = 0.0F;
  float x0 = 0.0F;
  float y0 = 0.0F;
  float slope_x = 0.0F;
  float slope_y = 0.0F;
  float low = 0.0F;
  float high = 0.0F;

  [[nodiscard]] float at(float x, float y) const {
    const float value = mean + slope_x * (x - x0) + slope_y * (y - y0);
    return value < low ? low : value > high ? high : value;
  }
};

// The surfaces of one cell, farthest first, and the colours that were seen on them.
struct CellSurfaces {
  int count = 0;  // 2 or 3; below that nothing is to be decided
  std::array<Surface, kMaxSurfaces> surfaces;
  std::array<float, kMaxSamples> luma, first_chroma, second_chroma, weight;
};

// Reads surfaces off a map of inverse depth and its guide, both of the map's size.
class SurfaceFinder {
 public:
  // Everything must outlive the finder. unknown: 255 where the map
  // was filled in, empty for nowhere.
  // threshold: the smallest difference of two surfaces, in inverse depth.
  SurfaceFinder(const cv::Mat1f& inverse, const cv::Mat1b& unknown, const Guide& guide, int radius,
                float threshold);

  // The cell whose first pixel is (x, y). Any thread, each with its own result.
  void find(int x, int y, CellSurfaces& cell) const;

 private:
  struct Window;
  [[nodiscard]] bool has_edge(int x, int y) const;
  [[nodiscard]] float step_around(int x, int y) const;
  void collect(int x, int y, Window& window) const;
  void describe(const Window& window, CellSurfaces& cell) const;

  const cv::Mat1f& inverse_;
  const cv::Mat1b& unknown_;
  const Guide& guide_;
  int radius_;       // of the window that surfaces are looked for in
  int edge_radius_;  // of that in which an edge must lie
  float threshold_;
  Edges edges_;
};

}  // namespace relievo::depth_refine
