// Which samples of luma a sample of sub-sampled chroma lies on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

// Chroma of half the picture's width and full or half its height, in the picture's sense or in a
// mirror's. A sample of it shows the nearest surface that the luma there shows, and is a hole where
// all luma there is.
class ChromaGrid {
 public:
  ChromaGrid() = default;
  ChromaGrid(const PictureFormat& format, bool mirrored);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int row_of(int luma_row) const { return luma_row >> shift_y_; }
  // Rows a column, of what the luma has one row a column of.
  [[nodiscard]] float slope_scale() const { return shift_y_ == 0 ? 2.0F : 1.0F; }
  // Sample k lies at luma column 2 k + offset2() / 2.
  [[nodiscard]] int offset2() const { return offset2_; }
  // Sample k lies on luma columns 2 k + left() to 2 k + right(): one or two, of which -1 and the
  // luma's width are holes.
  [[nodiscard]] int left() const { return left_; }
  [[nodiscard]] int right() const { return right_; }
  // And row y on luma rows upper(y) to lower(y), one or two.
  [[nodiscard]] int upper(int y) const { return std::min((y << shift_y_) + upper_, luma_last_); }
  [[nodiscard]] int lower(int y) const { return std::min((y << shift_y_) + lower_, luma_last_); }

  // Displacement of what sample k of row y shows, in luma columns; below that of any surface if it
  // is a hole.
  [[nodiscard]] std::int32_t displacement(const ViewMap& luma, int k, int y) const {
    std::int32_t nearest = kHole;
    for (int row = upper(y); row <= lower(y); ++row)
      for (int column = 2 * k + left_; column <= 2 * k + right_; ++column)
        if (!luma.is_hole(column, row)) nearest = std::max(nearest, luma.displacement(column, row));
    return nearest;
  }
  [[nodiscard]] bool is_hole(const ViewMap& luma, int k, int y) const {
    return displacement(luma, k, y) == kHole;
  }

 private:
  int width_ = 0;
  int height_ = 0;
  int luma_last_ = 0;  // row
  int shift_y_ = 0;
  int offset2_ = 0;
  int left_ = 0;
  int right_ = 0;
  int upper_ = 0;
  int lower_ = 0;
};

// Samples begin .. end - 1 of a row of chroma that are holes, and the luma's holes that they lie on
// in the upper row: number `luma` of ViewMap::holes(upper(y)).
struct ChromaRun {
  std::int32_t begin;
  std::int32_t end;
  std::int32_t luma;
};

// Those of row y, ascending.
void find_chroma_holes(const ViewMap& luma, const ChromaGrid& grid, int y,
                       std::vector<ChromaRun>& out);

}  // namespace relievo::stereo
