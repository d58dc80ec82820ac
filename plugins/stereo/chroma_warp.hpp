// Sub-sampled chroma, moved by the luma's map: a chroma sample goes where the luma around it goes.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/row_warp.hpp"

namespace relievo::stereo {

// One row of chroma, as WarpedRow is for luma.
struct WarpedChroma {
  std::vector<std::int32_t> position;
  std::vector<SoftEdge> edges;
  std::vector<EdgeTap> edge_taps;
};

// Scratch for one thread.
class ChromaWarper {
 public:
  ChromaWarper(const ChromaGrid& grid, int luma_width);

  // rows: the luma rows that belong to the chroma row, one or two. soft: surfaces have soft ends.
  void warp(const WarpedRow* const* rows, int row_count, bool soft, int row_index,
            WarpedChroma& out);

 private:
  void find_tears(const WarpedRow* const* rows, int row_count);
  void keep_to_surfaces(WarpedChroma& out) const;
  void add_soft_edges(const WarpedRow& row, float share, int row_index, WarpedChroma& out) const;
  void add_end(float disparity, int column, bool right_end, float share, int row_index,
               WarpedChroma& out) const;

  ChromaGrid grid_;
  int luma_width_;
  int width_;
  int offset2_;
  bool any_tear_ = false;
  std::vector<std::uint8_t>
      torn_;  // between k and k + 1 at k + 1; one more on either side, and padding
  std::vector<std::int32_t> boundary2_;  // twice the luma column of the tear, where torn_
};

}  // namespace relievo::stereo
