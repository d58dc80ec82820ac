#include "plugins/stereo/hole_texture.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <type_traits>

namespace relievo::stereo {
namespace {

// How far the background goes beside a hole, counted in targets: in the hole's row, and in the rows
// above and below while they show the same surface.
struct Extent {
  int own = 1;
  int above = 0;
  int below = 0;
};

Extent measure(const ViewMap& map, int y, int edge, int step, int length) {
  const auto same = [](const std::int32_t* row, int x, std::int32_t displacement) {
    return row[x] >= 0 && std::abs(row[x] - (x << kPositionBits) - displacement) <= kPositionOne;
  };
  const std::int32_t* const own = map.row(y);
  const std::int32_t* const above = y > 0 ? map.row(y - 1) : nullptr;
  const std::int32_t* const below = y + 1 < map.height() ? map.row(y + 1) : nullptr;
  const int room = step > 0 ? map.width() - edge : edge + 1;
  Extent extent;
  bool with_above = above != nullptr;
  bool with_below = below != nullptr;
  std::int32_t displacement = own[edge] - (edge << kPositionBits);
  for (int i = 0, x = edge; i < room && i <= length; ++i, x += step) {
    if (!same(own, x, displacement)) break;
    displacement = own[x] - (x << kPositionBits);
    extent.own = i + 1;
    with_above = with_above && same(above, x, displacement);
    with_below = with_below && same(below, x, displacement);
    extent.above += with_above ? 1 : 0;
    extent.below += with_below ? 1 : 0;
  }
  return extent;
}

// detail[i] = sample i of the row less its binomial mean with the rows above and below and the
// samples beside it. What lies beyond the surface is as the sample next to it.
template <class T>
void find_detail(const Plane<const T>& source, int y, int column, int step, const Extent& extent,
                 int low_bits, TextureScratch& scratch) {
  const T* const own = &source.at(column, y);
  auto* const mean = scratch.mean.data() + 1;
  auto* const detail = scratch.detail.data();
  const int n = extent.own;
  const int above = std::min(extent.above, n);
  const int below = std::min(extent.below, n);
  const T* const upper = own - source.row_stride;
  const T* const lower = own + source.row_stride;
  const auto read = [&](auto pixel) {
    const auto value = [&](const T* row, int i) {
      return static_cast<float>(row[i * pixel] >> low_bits);
    };
    const auto join = [&](int i, float up, float down) {
      mean[i] = 0.5F * detail[i] + 0.25F * up + 0.25F * down;
    };
    for (int i = 0; i < n; ++i) detail[i] = value(own, i);
    const int both = std::min(above, below);
    for (int i = 0; i < both; ++i) join(i, value(upper, i), value(lower, i));
    for (int i = both; i < n; ++i)
      join(i, i < above ? value(upper, i) : detail[i], i < below ? value(lower, i) : detail[i]);
  };
  // Samples that are known to lie side by side are read together.
  const std::ptrdiff_t pixel = step * source.pixel_stride;
  if (pixel == 1)
    read(std::integral_constant<std::ptrdiff_t, 1>());
  else if (pixel == -1)
    read(std::integral_constant<std::ptrdiff_t, -1>());
  else
    read(pixel);
  mean[-1] = mean[0];
  mean[n] = mean[n - 1];
  for (int i = 0; i < n; ++i) detail[i] -= 0.25F * (mean[i - 1] + mean[i + 1]) + 0.5F * mean[i];
}

}  // namespace

template <class T>
void add_texture(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
                 int low_bits, float gain, TextureScratch& scratch,
                 std::span<float* const> values) {
  const int step = run.side;
  if (step == 0) return;
  const int edge = step > 0 ? run.end : run.begin - 1;
  const bool from_right = step > 0;
  const int length = run.end - run.begin;
  auto extent = measure(map, y, edge, step, length);
  // The same stretch of the source, from the edge on.
  const auto column_of = [&](int x) {
    return (map.row(y)[x] + kPositionOne / 2) >> kPositionBits;
  };
  const int column = column_of(edge);
  extent.own =
      std::min(extent.own, std::abs(column_of(edge + step * (extent.own - 1)) - column) + 1);
  if (extent.own < 2) return;
  scratch.mean.resize(static_cast<std::size_t>(extent.own) + 2);
  scratch.detail.resize(static_cast<std::size_t>(extent.own));
  for (std::size_t c = 0; c < values.size(); ++c) {
    find_detail(planes.source[c], y, column, step, extent, low_bits, scratch);
    // To and fro over the detail, from the edge on.
    const float* const detail = scratch.detail.data();
    float* const edge_value = from_right ? values[c] + length - 1 : values[c];
    const auto add = [&](int i, int from) {
      edge_value[from_right ? -i : i] += gain * detail[from];
    };
    for (int i = 0; i < length;) {
      const int up = std::min(length - i, extent.own - 1);
      for (int k = 0; k < up; ++k) add(i + k, k + 1);
      i += up;
      const int down = std::min(length - i, extent.own - 1);
      for (int k = 0; k < down; ++k) add(i + k, extent.own - 2 - k);
      i += down;
    }
  }
}

template void add_texture(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint8_t>&, int,
                          float, TextureScratch&, std::span<float* const>);
template void add_texture(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint16_t>&,
                          int, float, TextureScratch&, std::span<float* const>);

}  // namespace relievo::stereo
