// The holes of some rows and the pixels around them, packed: a few thousand cells that stay in the
// cache, whatever the picture's size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/stereo/fill_relax.hpp"
#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

// Where each cell lies in planes of cells() numbers. Keeps its memory. One thread.
class HoleCells {
 public:
  // Columns begin .. end - 1 of a row, the first of them at `first`. Columns -1 and width exist.
  struct Stretch {
    std::int32_t begin;
    std::int32_t end;
    std::size_t first;
  };

  // For the holes of rows first_row .. last_row - 1, and the cells beside, above and below them.
  void lay_out(const ViewMap& map, int first_row, int last_row);

  [[nodiscard]] std::size_t cells() const { return cells_; }
  // Of row y from first_row - 1 to last_row, ascending.
  [[nodiscard]] std::span<const Stretch> row(int y) const;
  // The holes of row y from first_row to last_row - 1, as map.holes(y).
  [[nodiscard]] std::span<const CellRun> holes(int y) const;
  [[nodiscard]] std::span<const CellRun> holes() const { return holes_; }

 private:
  void add_stretch(int begin, int end);
  void lay_out_row(const ViewMap& map, int y, int first_row, int last_row);
  void add_holes(const ViewMap& map, int y);

  int first_row_ = 0;
  std::size_t cells_ = 0;
  std::vector<Stretch> stretches_;
  std::vector<std::size_t> row_begins_;  // in stretches_, of row first_row_ - 1 on; one more
  std::vector<CellRun> holes_;
  std::vector<std::size_t> hole_begins_;  // in holes_, of row first_row_ on; one more
};

}  // namespace relievo::stereo
