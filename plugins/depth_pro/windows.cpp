#include "plugins/depth_pro/windows.hpp"

namespace relievo::depth_pro {

at::Tensor split(const at::Tensor& picture, const WindowGrid& grid, std::int64_t patch) {
  const auto size = grid.cells * patch;
  const auto step = grid.stride * patch;
  const auto n = picture.size(0);
  const auto channels = picture.size(1);
  return picture.unfold(2, size, step)
      .unfold(3, size, step)  // [n, channels, steps, steps, size, size]
      .permute({2, 3, 0, 1, 4, 5})
      .reshape({grid.count() * n, channels, size, size});
}

std::vector<std::int64_t> kept_cells(const WindowGrid& grid, std::int64_t n) {
  // Of a seam's cells the window after it leaves out the first ones, the one before it the rest.
  const auto overlap = grid.cells - grid.stride;
  const auto skipped = overlap - overlap / 2;
  const auto side = grid.side();
  std::vector<std::int64_t> window(static_cast<std::size_t>(side));
  std::vector<std::int64_t> cell(static_cast<std::size_t>(side));
  for (std::int64_t at = 0; at < side; ++at) {
    auto w = grid.steps - 1;
    while (w > 0 && at < w * grid.stride + skipped) --w;
    window[static_cast<std::size_t>(at)] = w;
    cell[static_cast<std::size_t>(at)] = at - w * grid.stride;
  }
  std::vector<std::int64_t> kept;
  kept.reserve(static_cast<std::size_t>(n * side * side));
  for (std::int64_t picture = 0; picture < n; ++picture)
    for (std::size_t y = 0; y < window.size(); ++y)
      for (std::size_t x = 0; x < window.size(); ++x) {
        const auto which = (window[y] * grid.steps + window[x]) * n + picture;
        kept.push_back((which * grid.cells + cell[y]) * grid.cells + cell[x]);
      }
  return kept;
}

}  // namespace relievo::depth_pro
