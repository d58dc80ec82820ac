#include "plugins/stereo/hole_texture.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>

namespace relievo::stereo {
namespace {

// Walks over one row of a map and its two neighbours.
class Surface {
 public:
  Surface(const ViewMap& map, int y) : width_(map.width()) {
    for (int i = 0; i < 3; ++i) {
      const int row = y + i - 1;
      rows_[static_cast<std::size_t>(i)] = row >= 0 && row < map.height() ? map.row(row) : nullptr;
    }
  }
  // Source column of target x in row y + dy if it is on the surface at this displacement, else -1.
  [[nodiscard]] int column(int x, int dy, std::int32_t displacement) const {
    const auto* row = rows_[static_cast<std::size_t>(dy + 1)];
    if (row == nullptr || x < 0 || x >= width_ || row[x] < 0) return -1;
    if (std::abs(row[x] - (x << kPositionBits) - displacement) > kPositionOne) return -1;
    return (row[x] + kPositionOne / 2) >> kPositionBits;
  }
  [[nodiscard]] std::int32_t displacement(int x) const {
    return rows_[1][x] - (x << kPositionBits);
  }

 private:
  int width_;
  std::array<const std::int32_t*, 3> rows_{};
};

}  // namespace

template <class T>
void add_texture(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
                 int low_bits, float gain, TextureScratch& scratch,
                 std::span<float* const> values) {
  const bool has_left = run.begin > 0;
  const bool has_right = run.end < map.width();
  if (!has_left && !has_right) return;
  const Surface surface(map, y);
  const bool from_right =
      has_right &&
      (!has_left || surface.displacement(run.end) <= surface.displacement(run.begin - 1));
  const int step = from_right ? 1 : -1;
  const int length = run.end - run.begin;
  const int edge = from_right ? run.end : run.begin - 1;
  // As much of the background's surface as the hole is wide.
  int known = 1;
  while (known <= length) {
    const int x = edge + step * known;
    if (surface.column(x, 0, surface.displacement(x - step)) < 0) break;
    ++known;
  }
  if (known < 2) return;
  // Vertical means of column -1 .. known around the edge, then what a sample differs from them by.
  auto& columns = scratch.columns;
  auto& detail = scratch.detail;
  columns.resize(static_cast<std::size_t>(known) + 2);
  detail.resize(static_cast<std::size_t>(known));
  for (std::size_t c = 0; c < values.size(); ++c) {
    const auto& source = planes.source[c];
    const auto sample = [&](int column, int row) {
      return static_cast<float>(source.at(column, row) >> low_bits);
    };
    for (int i = -1; i <= known; ++i) {
      const int x = edge + step * i;
      const std::int32_t displacement =
          surface.displacement(edge + step * (i < 0 ? 0 : i < known ? i : known - 1));
      const int above = surface.column(x, -1, displacement);
      const int own = surface.column(x, 0, displacement);
      const int below = surface.column(x, 1, displacement);
      auto& mean = columns[static_cast<std::size_t>(i + 1)];
      if (own < 0) {  // beyond the surface: as the column before it
        mean = i < 0 ? -1.0F : columns[static_cast<std::size_t>(i)];
        continue;
      }
      const float middle = sample(own, y);
      mean = 0.5F * middle + 0.25F * (above < 0 ? middle : sample(above, y - 1)) +
             0.25F * (below < 0 ? middle : sample(below, y + 1));
      if (i >= 0 && i < known) detail[static_cast<std::size_t>(i)] = middle;
    }
    if (columns[0] < 0.0F) columns[0] = columns[1];
    for (std::size_t i = 0; i < detail.size(); ++i)
      detail[i] -= 0.25F * (columns[i] + columns[i + 2]) + 0.5F * columns[i + 1];
    const int period = 2 * (known - 1);
    for (int i = 0; i < length; ++i) {
      const int k = (i + 1) % period;
      const int target = from_right ? length - 1 - i : i;
      values[c][target] += gain * detail[static_cast<std::size_t>(k < known ? k : period - k)];
    }
  }
}

template void add_texture(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint8_t>&,
                          int, float, TextureScratch&, std::span<float* const>);
template void add_texture(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint16_t>&,
                          int, float, TextureScratch&, std::span<float* const>);

}  // namespace relievo::stereo
