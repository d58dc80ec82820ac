// One row of the picture, moved by its parallax: which source position each target column sees.
//
// Everything here is in the right eye's sense: source column x goes to target x - disparity. The
// left view is the right view of the mirrored picture, so it is made by mirroring rows before and
// after.
//
// Each surface is drawn as segments between neighbours, so slanted surfaces have no cracks.
// Surfaces are drawn from left to right, and later ones cover earlier ones: at one target the
// greater source column has the greater disparity, hence is nearer (the occlusion-compatible order
// of McMillan and Bishop, "Plenoptic Modeling", 1995). A surface reaches half a pixel beyond its
// last sample; the target that this covers in part becomes a soft edge.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/row_shape.hpp"

namespace relievo::stereo {

// A target column that the end of a surface covers in part: alpha of source column `source` over
// what else is there.
struct SoftEdge {
  std::int32_t row;
  std::int32_t target;
  std::int32_t source;
  float alpha;
};

// A target whose outer neighbours for the cubic kernel lie across a tear.
struct EdgeTap {
  std::int32_t target;
  bool left_torn;
  bool right_torn;
};

// A row and what the steps after it need to know. Reused from row to row.
class WarpedRow {
 public:
  explicit WarpedRow(int width);
  WarpedRow(const WarpedRow&) = delete;
  WarpedRow& operator=(const WarpedRow&) = delete;
  WarpedRow(WarpedRow&&) = default;
  WarpedRow& operator=(WarpedRow&&) = default;

  RowShape shape;               // filled in by the caller
  std::vector<SoftEdge> edges;  // the nearer later where they share a target
  std::vector<EdgeTap> edge_taps;

  // Source position of target x; targets -1 and width exist, as holes.
  [[nodiscard]] const std::int32_t* targets() const { return canvas_; }
  // From now on the targets lie there, -1 and width included. Until then the row has room of its
  // own.
  void draw_to(std::int32_t* targets) { canvas_ = targets; }

 private:
  friend class RowWarper;
  [[nodiscard]] std::int32_t* canvas() { return canvas_; }
  void clear();

  std::vector<std::int32_t> own_;
  std::int32_t* canvas_;
};

// Scratch for one thread.
class RowWarper {
 public:
  explicit RowWarper(int width) : width_(width) {}

  // The quality method; needs the tears of the shape.
  void warp(WarpedRow& row, int row_index);
  // Whole pixels, nearest wins; holes repeat the background's pixel beside them.
  void warp_simple(WarpedRow& row) const;
  // The disparity at the target decides where it looks: no holes, but wrong beside every edge.
  void warp_backward(WarpedRow& row) const;

 private:
  void draw_surface(WarpedRow& row, int first, int last, int row_index);
  void drop_hidden_edges(WarpedRow& row) const;
  void add_edge_tap(WarpedRow& row, int segment) const;

  int width_;
  std::vector<std::int32_t> edge_depths_;  // position at the surface's disparity, for each edge
};

}  // namespace relievo::stereo
