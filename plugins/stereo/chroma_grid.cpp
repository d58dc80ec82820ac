#include "plugins/stereo/chroma_grid.hpp"

namespace relievo::stereo {
namespace {

// Half of it, rounded down.
int half(int v) {
  return v >> 1;
}

}  // namespace

ChromaGrid::ChromaGrid(const PictureFormat& format, bool mirrored)
    : width_(format.chroma_width()),
      height_(format.chroma_height()),
      luma_last_(format.height - 1),
      shift_y_(format.chroma_shift_y),
      offset2_(format.chroma_x2) {
  // Column c becomes width - 1 - c, sample k becomes chroma width - 1 - k.
  if (mirrored) offset2_ = (format.width % 2 == 0 ? 2 : 0) - offset2_;
  left_ = half(offset2_);
  right_ = half(offset2_ + 1);
  upper_ = half(format.chroma_y2);
  lower_ = half(format.chroma_y2 + 1);
}

void find_chroma_holes(const ViewMap& luma, const ChromaGrid& grid, int y,
                       std::vector<ChromaRun>& out) {
  out.clear();
  const int upper = grid.upper(y);
  const auto* const lower = luma.row(grid.lower(y));
  const auto runs = luma.holes(upper);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    // The picture's border is a hole's end, but no surface's.
    const int from = runs[i].begin == 0 ? -1 : runs[i].begin;
    const int to = runs[i].end == luma.width() ? runs[i].end + 1 : runs[i].end;
    const int end = std::min(half(to - 1 - grid.right()) + 1, grid.width());
    for (int k = std::max(half(from - grid.left() + 1), 0); k < end; ++k) {
      const bool hole = lower[2 * k + grid.left()] < 0 && lower[2 * k + grid.right()] < 0;
      if (!hole) continue;
      const auto number = static_cast<std::int32_t>(i);
      if (!out.empty() && out.back().end == k && out.back().luma == number)
        ++out.back().end;
      else
        out.push_back({k, k + 1, number});
    }
  }
}

}  // namespace relievo::stereo
