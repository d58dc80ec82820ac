// One row of the picture, moved by its disparity: which source position each target column sees.
//
// Everything here is in the right eye's sense: source column x goes to target x - disparity. The
// left view is the right view of the mirrored picture, so it is made by mirroring rows before and
// after.
//
// Neighbours of about the same disparity are one surface, and each surface is drawn as segments
// between neighbours: so slanted surfaces have no cracks. Where the step is larger the row is torn.
// Surfaces are drawn from left to right, and later ones cover earlier ones: at one target the
// greater source column has the greater disparity, hence is nearer (the occlusion-compatible order
// of McMillan and Bishop, "Plenoptic Modeling", 1995). A surface reaches half a pixel beyond its
// last sample; the target that this covers in part becomes a soft edge.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/stereo/kernels.hpp"

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

// A warped row and what the steps after it need to know. Reused from row to row.
struct WarpedRow {
  std::vector<float> disparity;        // with the foreground grown; filled in by the caller
  std::vector<std::uint8_t> torn;      // torn[x]: between x and x + 1
  std::vector<std::int32_t> tears;     // the x that are torn, ascending
  std::vector<std::int32_t> position;  // of each target; one more on either side
  std::vector<SoftEdge> edges;         // ascending in depth where they share a target
  std::vector<EdgeTap> edge_taps;

  [[nodiscard]] const std::int32_t* targets() const { return position.data() + 1; }
};

// A depth map of low resolution has ramps where objects end. Stretched over a hole, a ramp is
// neither near nor far: its pixels would float in between. Runs of tears that rise or fall together
// become one tear at half height. Runs of two are left alone: that is how a thin object looks.
void sharpen_ramps(float* disparity, int width, std::vector<std::uint8_t>& torn);

// Scratch for one thread.
class RowWarper {
 public:
  explicit RowWarper(int width);

  // The quality method. growth: pixels by which the foreground grows into the side where the hole
  // opens, for the blurred edge of a thing in front belongs to it.
  void warp(WarpedRow& row, int growth, int row_index);
  // Whole pixels, nearest wins; holes repeat the background's pixel beside them.
  void warp_simple(WarpedRow& row);
  // The disparity at the target decides where it looks: no holes, but wrong beside every edge.
  void warp_backward(WarpedRow& row) const;

 private:
  void grow(WarpedRow& row, int growth);
  void list_tears(WarpedRow& row);
  void draw_surface(WarpedRow& row, int first, int last, int row_index);
  void drop_hidden_edges(WarpedRow& row) const;
  void find_edge_taps(WarpedRow& row) const;
  void add_edge_tap(WarpedRow& row, int segment) const;
  void finish(WarpedRow& row) const;

  int width_;
  int margin_;
  std::vector<std::int32_t> canvas_;  // margin_, width_ targets, margin_
  std::int32_t* target_row_;          // target 0 in canvas_
  std::vector<std::int32_t> segment_storage_;
  SegmentRow segments_;
  std::vector<std::int32_t> edge_depths_;  // position at the surface's disparity, for each edge
};

}  // namespace relievo::stereo
