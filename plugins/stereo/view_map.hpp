// Where the pixels of one synthesised view come from, and where none does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/row_warp.hpp"

namespace relievo::stereo {

// Targets begin .. end - 1 of a row that see no source.
struct HoleRun {
  std::int32_t begin;
  std::int32_t end;
  // Displacement (position - own column, fixed-point) of the farther neighbour: what was hidden
  // there before. INT32_MAX if the whole row is a hole.
  std::int32_t background;
  // Where that neighbour is: 1 behind the run, -1 before it, 0 if there is none, or none that the
  // picture itself shows.
  std::int32_t side;
};

// Positions, holes and soft edges of a view, in the right eye's sense. Rows are written in bands;
// one thread writes a band, with its rows in order.
class ViewMap {
 public:
  void resize(int width, int height, int band_rows);
  void clear_band(int band);
  // Where the positions of row y are to be written, those of targets -1 and width included.
  [[nodiscard]] std::int32_t* row_to_write(int y) { return positions_.data() + offset(y); }
  // Lists the holes of a row that has been written; y must be the band's next row.
  void add_row(int band, int y);
  // What another picture shows at a hole, with this displacement. It stays a hole until
  // close_shown() of its band. One thread for a band.
  void show(int x, int y, std::int32_t displacement);
  void close_shown(int band);
  void add_edges(int band, const std::vector<SoftEdge>& edges);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int band_rows() const { return band_rows_; }
  [[nodiscard]] int bands() const { return static_cast<int>(bands_.size()); }
  // Up to kRunPadding more may be read behind the last row.
  [[nodiscard]] const std::int32_t* row(int y) const { return positions_.data() + offset(y); }
  [[nodiscard]] std::ptrdiff_t row_stride() const { return width_ + 2; }
  [[nodiscard]] std::span<const HoleRun> holes(int y) const;
  [[nodiscard]] const std::vector<SoftEdge>& edges(int band) const {
    return bands_[static_cast<std::size_t>(band)].edges;
  }
  [[nodiscard]] bool band_has_holes(int band) const {
    return !bands_[static_cast<std::size_t>(band)].holes.empty();
  }
  [[nodiscard]] bool has_holes() const;
  [[nodiscard]] bool is_hole(int x, int y) const { return row(y)[x] < 0; }
  // Position - own column at a target that is no hole.
  [[nodiscard]] std::int32_t displacement(int x, int y) const {
    return row(y)[x] - (x << kPositionBits);
  }

 private:
  struct Shown {
    std::int32_t x;
    std::int32_t y;
    std::int32_t displacement;
  };
  struct Band {
    std::vector<HoleRun> holes;
    std::vector<std::uint32_t> row_ends;  // holes.size() after each row
    std::vector<SoftEdge> edges;
    std::vector<Shown> shown;
  };

  [[nodiscard]] std::size_t offset(int y) const {
    return static_cast<std::size_t>(y) * (static_cast<std::size_t>(width_) + 2) + 1;
  }

  int width_ = 0;
  int height_ = 0;
  int band_rows_ = 1;
  std::vector<std::int32_t> positions_;
  std::vector<Band> bands_;
};

}  // namespace relievo::stereo
