#include "plugins/stereo/hole_structure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace relievo::stereo {
namespace {

// Where the direction is looked for: pixels into the background, rows above and below.
constexpr int kDeep = 4;
constexpr int kRows = kLineRows - 1;
// Steps of 8-bit values that count as noise.
constexpr float kNoise = 2.0F;
// Steeper than one row a pixel, a line comes from above or below.
constexpr float kSteepest = 1.0F;
// What is narrower is closed from both sides.
constexpr int kShortest = 2;
// Pixels into the hole at which a line counts half.
constexpr float kReach = 8.0F;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// The background beside a run of holes, near the column where the two meet.
template <class T>
class Beside {
 public:
  Beside(const ViewMap& map, const FillPlanes<T>& planes, int low_bits, std::int32_t displacement)
      : map_(map), planes_(planes), low_bits_(low_bits), near_(displacement) {}

  // The pixel is seen and belongs to the surface at the edge.
  [[nodiscard]] bool holds(int x, int y) const {
    return x >= 0 && x < map_.width() && y >= 0 && y < map_.height() &&
           is_of_surface(map_.row(y)[x], x, near_);
  }
  // The same for the pixels left .. left + kCount - 1 of rows from top on, in bits; kCount <= 8.
  template <int kCount, std::size_t kHeight>
  [[nodiscard]] std::array<unsigned, kHeight> hold_rows(int left, int top) const {
    std::array<unsigned, kHeight> held{};
    const int first = std::max(top, 0);
    const int last = std::min(top + static_cast<int>(kHeight), map_.height());
    if (left >= 0 && left + kCount <= map_.width()) {
      kernels().surface_bits(map_.row(first) + left, map_.row_stride(), last - first, left, near_,
                             held.data() + (first - top));
      for (auto& row : held) row &= (1U << kCount) - 1;
      return held;
    }
    for (int y = first; y < last; ++y)
      for (int i = 0; i < kCount; ++i)
        held[at(y - top)] |= static_cast<unsigned>(holds(left + i, y)) << i;
    return held;
  }
  // Values of the held pixels of such a row. Holes are being written by others.
  template <int kCount>
  void read_row(int component, int left, int y, unsigned held, float* out) const {
    const auto& plane = planes_.view[component];
    constexpr unsigned kAll = (1U << kCount) - 1;
    if (held == kAll) {
      const T* const row = &plane.at(left, y);
      const auto read = [&](std::ptrdiff_t stride) {
        for (int i = 0; i < kCount; ++i) out[i] = static_cast<float>(row[i * stride] >> low_bits_);
      };
      // Known distances make one load of it.
      if (plane.pixel_stride == 1)
        read(1);
      else if (plane.pixel_stride == -1)
        read(-1);
      else
        read(plane.pixel_stride);
      return;
    }
    for (int i = 0; i < kCount; ++i)
      out[i] = (held >> i & 1U) != 0 ? static_cast<float>(value(component, left + i, y)) : 0.0F;
  }
  [[nodiscard]] int value(int component, int x, int y) const {
    return planes_.view[component].at(x, y) >> low_bits_;
  }
  [[nodiscard]] int components() const { return planes_.components; }

 private:
  const ViewMap& map_;
  const FillPlanes<T>& planes_;
  int low_bits_;
  std::int32_t near_;
};

// By the structure tensor (W. Förstner and E. Gülch, 1987): sums of products of the gradient, whose
// smaller eigenvector lies along the line.
template <class T>
Line line_of(const Beside<T>& beside, int edge, int step, int y, float unit) {
  // The pixels around, and a border of one for differences.
  constexpr int kColumns = kDeep + 2;
  constexpr int kHeight = 2 * kRows + 3;
  constexpr unsigned kInner = (1U << (kDeep + 1)) - 2U;
  const int left = step > 0 ? edge : edge - kColumns + 1;
  const int top = y - kRows - 1;
  const auto held = beside.template hold_rows<kColumns, kHeight>(left, top);
  // Those whose four neighbours are held.
  std::array<unsigned, kHeight> used{};
  int count = 0;
  for (int j = 1; j < kHeight - 1; ++j) {
    used[at(j)] =
        (held[at(j)] << 1U) & (held[at(j)] >> 1U) & held[at(j - 1)] & held[at(j + 1)] & kInner;
    for (int i = 1; i <= kDeep; ++i) count += static_cast<int>(used[at(j)] >> i & 1U);
  }
  if (count < kDeep) return {};
  // Sums of each column, joined at the end.
  std::array<float, kDeep> sum_xx{};
  std::array<float, kDeep> sum_xy{};
  std::array<float, kDeep> sum_yy{};
  for (int c = 0; c < beside.components(); ++c) {
    std::array<std::array<float, kColumns>, kHeight> value;
    for (int j = 0; j < kHeight; ++j)
      beside.template read_row<kColumns>(c, left, top + j, held[at(j)], value[at(j)].data());
    for (int j = 1; j < kHeight - 1; ++j) {
      const float* const own = value[at(j)].data();
      const float* const above = value[at(j - 1)].data();
      const float* const below = value[at(j + 1)].data();
      for (int i = 0; i < kDeep; ++i) {
        const float use = static_cast<float>(used[at(j)] >> (i + 1) & 1U);
        const float dx = use * (own[i + 2] - own[i]);
        const float dy = use * (below[i + 1] - above[i + 1]);
        sum_xx[at(i)] += dx * dx;
        sum_xy[at(i)] += dx * dy;
        sum_yy[at(i)] += dy * dy;
      }
    }
  }
  const auto joined = [](const std::array<float, kDeep>& sums) {
    return std::accumulate(sums.begin(), sums.end(), 0.0F);
  };
  const float xx = joined(sum_xx);
  const float yy = joined(sum_yy);
  const float xy = joined(sum_xy);
  const float spread = std::sqrt((xx - yy) * (xx - yy) + 4.0F * xy * xy);
  const float noise =
      kNoise * kNoise * unit * unit * static_cast<float>(count * beside.components());
  const float along = 0.5F * ((yy - xx) + spread);  // the line's x for -xy rows
  if (std::abs(xy) > kSteepest * along || along <= 0.0F) return {};
  const float coherence = spread / (xx + yy + noise);
  return {-xy / along, coherence * coherence};
}

// holds(row): the sample beside the run in that row belongs to the background; value(component,
// row) is what it shows. scale: pixels of the picture that a sample is wide.
template <class Holds, class Value>
void carry_on(const Line& line, int length, int step, int y, int scale, Holds&& holds,
              Value&& value, std::span<float* const> values) {
  // Most lines end between the same two rows for several pixels.
  constexpr int kNone = std::numeric_limits<int>::min();
  int looked_at = kNone;
  bool held = false;
  std::array<float, 3> above{};
  std::array<float, 3> drop{};  // to the row below
  for (int t = 1; t <= length; ++t) {
    const float row = static_cast<float>(y) + line.slope * static_cast<float>(step * t);
    const auto cut = static_cast<int>(row);
    const int upper = static_cast<float>(cut) > row ? cut - 1 : cut;
    if (upper != looked_at) {
      looked_at = upper;
      held = holds(upper) && holds(upper + 1);
      for (std::size_t c = 0; held && c < values.size(); ++c) {
        const auto component = static_cast<int>(c);
        above[c] = static_cast<float>(value(component, upper));
        drop[c] = static_cast<float>(value(component, upper + 1)) - above[c];
      }
    }
    if (!held) continue;
    const float lower_part = row - static_cast<float>(upper);
    const float deep = static_cast<float>(scale * t) / kReach;
    const float weight = line.clarity / (1.0F + deep * deep);
    const int i = step > 0 ? length - t : t - 1;
    for (std::size_t c = 0; c < values.size(); ++c) {
      const float end = above[c] + lower_part * drop[c];
      values[c][i] += weight * (end - values[c][i]);
    }
  }
}

}  // namespace

template <class T>
Line find_line(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
               const FillDepth& depth) {
  if (run.end - run.begin < kShortest || run.side == 0) return {};
  const int edge = run.side > 0 ? run.end : run.begin - 1;
  const Beside<T> beside(map, planes, depth.low_bits, run.background);
  return line_of(beside, edge, run.side, y, static_cast<float>(depth.max) / 255.0F);
}

template <class T>
void follow_line(const Line& line, const ViewMap& map, const HoleRun& run, int y,
                 const FillPlanes<T>& planes, int low_bits, std::span<float* const> values) {
  if (line.clarity <= 0.0F) return;
  const int edge = run.side > 0 ? run.end : run.begin - 1;
  const Beside<T> beside(map, planes, low_bits, run.background);
  carry_on(
      line, run.end - run.begin, run.side, y, 1, [&](int row) { return beside.holds(edge, row); },
      [&](int component, int row) { return beside.value(component, edge, row); }, values);
}

template <class T>
void follow_line(const Line& line, const ViewMap& luma, const ChromaGrid& grid,
                 const ChromaRun& run, int y, const FillPlanes<T>& planes, int low_bits,
                 std::span<float* const> values) {
  if (line.clarity <= 0.0F) return;
  const auto& hole = luma.holes(grid.upper(y))[at(run.luma)];
  const int edge = hole.side > 0 ? run.end : run.begin - 1;
  if (edge < 0 || edge >= grid.width()) return;
  const auto holds = [&](int row) {
    if (row < 0 || row >= grid.height()) return false;
    const auto difference = grid.displacement(luma, edge, row) - hole.background;
    return difference >= -kPositionOne && difference <= kPositionOne;
  };
  const auto value = [&](int component, int row) {
    return planes.view[component].at(edge, row) >> low_bits;
  };
  const Line own{line.slope * grid.slope_scale(), line.clarity};
  carry_on(own, run.end - run.begin, hole.side, y, 2, holds, value, values);
}

template Line find_line(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint8_t>&,
                        const FillDepth&);
template void follow_line(const Line&, const ViewMap&, const HoleRun&, int,
                          const FillPlanes<std::uint8_t>&, int, std::span<float* const>);
template void follow_line(const Line&, const ViewMap&, const ChromaGrid&, const ChromaRun&, int,
                          const FillPlanes<std::uint8_t>&, int, std::span<float* const>);
template Line find_line(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint16_t>&,
                        const FillDepth&);
template void follow_line(const Line&, const ViewMap&, const HoleRun&, int,
                          const FillPlanes<std::uint16_t>&, int, std::span<float* const>);
template void follow_line(const Line&, const ViewMap&, const ChromaGrid&, const ChromaRun&, int,
                          const FillPlanes<std::uint16_t>&, int, std::span<float* const>);

}  // namespace relievo::stereo
