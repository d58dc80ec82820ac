#include "plugins/stereo/view_map.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>

namespace relievo::stereo {

void ViewMap::resize(int width, int height, int band_rows) {
  width_ = width;
  height_ = height;
  band_rows_ = band_rows;
  positions_.resize(offset(height) + kRunPadding);
  bands_.resize(static_cast<std::size_t>((height + band_rows - 1) / band_rows));
}

void ViewMap::clear_band(int band) {
  auto& b = bands_[static_cast<std::size_t>(band)];
  b.holes.clear();
  b.row_ends.clear();
  b.edges.clear();
  b.shown.clear();
}

void ViewMap::add_row(int band, int y) {
  constexpr int kBlock = 64;
  const std::int32_t* const positions = row(y);
  auto& b = bands_[static_cast<std::size_t>(band)];
  const std::size_t first = b.holes.size();
  for (int block = 0; block < width_; block += kBlock) {
    auto holes = kernels().hole_bits(positions + block, std::min(kBlock, width_ - block));
    for (int x = block; holes != 0;) {
      const int skip = std::countr_zero(holes);
      holes >>= skip;
      const int length = std::countr_one(holes);
      x += skip;
      if (b.holes.size() > first && b.holes.back().end == x)
        b.holes.back().end += length;
      else
        b.holes.push_back({x, x + length, std::numeric_limits<std::int32_t>::max(), 0});
      x += length;
      holes = length < kBlock ? holes >> length : 0;
    }
  }
  for (std::size_t i = first; i < b.holes.size(); ++i) {
    auto& run = b.holes[i];
    const auto look = [&](int column, std::int32_t side) {
      const std::int32_t displacement = positions[column] - (column << kPositionBits);
      if (run.side != 0 && displacement > run.background) return;
      run.background = displacement;
      run.side = side;
    };
    if (run.begin > 0) look(run.begin - 1, -1);
    if (run.end < width_) look(run.end, 1);
  }
  b.row_ends.push_back(static_cast<std::uint32_t>(b.holes.size()));
}

void ViewMap::add_edges(int band, const std::vector<SoftEdge>& edges) {
  auto& all = bands_[static_cast<std::size_t>(band)].edges;
  all.insert(all.end(), edges.begin(), edges.end());
}

void ViewMap::show(int x, int y, std::int32_t displacement) {
  bands_[static_cast<std::size_t>(y / band_rows_)].shown.push_back({x, y, displacement});
}

void ViewMap::close_shown(int band) {
  auto& b = bands_[static_cast<std::size_t>(band)];
  if (b.shown.empty()) return;
  for (const auto& shown : b.shown)
    row_to_write(shown.y)[shown.x] = std::max(0, (shown.x << kPositionBits) + shown.displacement);
  b.holes.clear();
  b.row_ends.clear();
  const int begin = band * band_rows_;
  std::vector<std::uint8_t> is_shown(static_cast<std::size_t>(width_));
  auto next = b.shown.begin();
  for (int y = begin; y < std::min(begin + band_rows_, height_); ++y) {
    const auto first = b.holes.size();
    const auto row_begin = next;
    for (; next != b.shown.end() && next->y == y; ++next)
      is_shown[static_cast<std::size_t>(next->x)] = 1;
    add_row(band, y);
    for (auto i = first; i < b.holes.size(); ++i) {
      auto& run = b.holes[i];
      const int beside = run.side > 0 ? run.end : run.begin - 1;
      if (run.side != 0 && is_shown[static_cast<std::size_t>(beside)] != 0) run.side = 0;
    }
    for (auto i = row_begin; i != next; ++i) is_shown[static_cast<std::size_t>(i->x)] = 0;
  }
}

std::span<const HoleRun> ViewMap::holes(int y) const {
  const auto& b = bands_[static_cast<std::size_t>(y / band_rows_)];
  const auto i = static_cast<std::size_t>(y % band_rows_);
  const std::size_t begin = i == 0 ? 0 : b.row_ends[i - 1];
  return {b.holes.data() + begin, b.row_ends[i] - begin};
}

bool ViewMap::has_holes() const {
  return std::any_of(bands_.begin(), bands_.end(), [](const Band& b) { return !b.holes.empty(); });
}

}  // namespace relievo::stereo
