// Depth Pro looks at a picture through overlapping windows on three scales. Which windows, and
// which cells of their encodings are kept where they overlap.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/common/torch_ops.hpp"

namespace relievo::depth_pro {

// One scale: steps x steps windows of `cells` cells a side, `stride` cells apart. All cells are
// patches of the encoder.
struct WindowGrid {
  std::int64_t cells = 24;
  std::int64_t stride = 18;
  std::int64_t steps = 5;

  [[nodiscard]] std::int64_t count() const { return steps * steps; }
  // Cells a side of the whole map.
  [[nodiscard]] std::int64_t side() const { return cells + (steps - 1) * stride; }

  // The finest scale, the middle one and the whole picture, for windows of `cells` a side (a
  // multiple of 4).
  static WindowGrid finest(std::int64_t cells) { return {cells, cells * 3 / 4, 5}; }
  static WindowGrid middle(std::int64_t cells) { return {cells, cells / 2, 3}; }
};

// picture [n, channels, side, side] in pixels, patch pixels a cell, to its windows [steps * steps *
// n, channels, window, window], row by row, the n pictures of one window together; contiguous.
[[nodiscard]] at::Tensor split(const at::Tensor& picture, const WindowGrid& grid,
                               std::int64_t patch);

// For each cell of the merged map, row by row, of each of n pictures: its row among the tokens
// [steps * steps * n * cells * cells] of the windows. Of two windows that overlap each gives the
// half that lies towards its middle. int64.
[[nodiscard]] std::vector<std::int64_t> kept_cells(const WindowGrid& grid, std::int64_t n);

}  // namespace relievo::depth_pro
