#include "plugins/stereo/hole_structure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace relievo::stereo {
namespace {

// Where the direction is looked for: pixels into the background, rows above and below.
constexpr int kDeep = 4;
constexpr int kRows = 2;
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
  Beside(const ViewMap& map, const FillPlanes<T>& planes, int low_bits, int edge, int y)
      : map_(map), planes_(planes), low_bits_(low_bits), near_(map.displacement(edge, y)) {}

  // The pixel is seen and belongs to the surface at the edge.
  [[nodiscard]] bool holds(int x, int y) const {
    return x >= 0 && x < map_.width() && y >= 0 && y < map_.height() && map_.row(y)[x] >= 0 &&
           std::abs(map_.displacement(x, y) - near_) <= kPositionOne;
  }
  // How many of the pixels edge, edge + step ... lie in the picture, up to most.
  [[nodiscard]] int columns_from(int edge, int step, int most) const {
    return std::min(most, step > 0 ? map_.width() - edge : edge + 1);
  }
  // The same as holds(), for so many pixels of a row.
  void hold_row(int edge, int step, int columns, int y, bool* held) const {
    if (y < 0 || y >= map_.height()) return;
    const std::int32_t* const row = map_.row(y);
    for (int i = 0; i < columns; ++i) {
      const int x = edge + step * i;
      held[i] = row[x] >= 0 && std::abs(row[x] - (x << kPositionBits) - near_) <= kPositionOne;
    }
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

// The direction in which the picture changes least: rows a pixel; and how clear it is, 0 to 1.
struct Line {
  float slope = 0.0F;
  float clarity = 0.0F;
};

// By the structure tensor (W. Förstner and E. Gülch, 1987): sums of products of the gradient, whose
// smaller eigenvector lies along the line.
template <class T>
Line find_line(const Beside<T>& beside, int edge, int step, int y, float unit) {
  // The pixels around, and a border of one for differences.
  constexpr int kColumns = kDeep + 2;
  constexpr int kHeight = 2 * kRows + 3;
  std::array<std::array<bool, kColumns>, kHeight> held{};
  const int columns = beside.columns_from(edge, step, kColumns);
  for (int j = 0; j < kHeight; ++j)
    beside.hold_row(edge, step, columns, y + j - kRows - 1, held[at(j)].data());
  std::array<std::array<bool, kColumns>, kHeight> used{};
  int count = 0;
  for (int j = 1; j < kHeight - 1; ++j)
    for (int i = 1; i < kColumns - 1; ++i) {
      used[at(j)][at(i)] = held[at(j)][at(i - 1)] && held[at(j)][at(i + 1)] &&
                           held[at(j - 1)][at(i)] && held[at(j + 1)][at(i)];
      count += used[at(j)][at(i)] ? 1 : 0;
    }
  if (count < kDeep) return {};
  float xx = 0.0F;
  float xy = 0.0F;
  float yy = 0.0F;
  for (int c = 0; c < beside.components(); ++c) {
    std::array<std::array<int, kColumns>, kHeight> value{};
    for (int j = 0; j < kHeight; ++j)
      for (int i = 0; i < kColumns; ++i)
        if (held[at(j)][at(i)])  // holes are being written by others
          value[at(j)][at(i)] = beside.value(c, edge + step * i, y + j - kRows - 1);
    for (int j = 1; j < kHeight - 1; ++j)
      for (int i = 1; i < kColumns - 1; ++i) {
        if (!used[at(j)][at(i)]) continue;
        const auto dx = static_cast<float>(value[at(j)][at(i + 1)] - value[at(j)][at(i - 1)]);
        const auto dy = static_cast<float>(value[at(j + 1)][at(i)] - value[at(j - 1)][at(i)]);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
      }
  }
  xy *= static_cast<float>(step);
  const float spread = std::sqrt((xx - yy) * (xx - yy) + 4.0F * xy * xy);
  const float noise =
      kNoise * kNoise * unit * unit * static_cast<float>(count * beside.components());
  const float along = 0.5F * ((yy - xx) + spread);  // the line's x for -xy rows
  if (std::abs(xy) > kSteepest * along || along <= 0.0F) return {};
  const float coherence = spread / (xx + yy + noise);
  return {-xy / along, coherence * coherence};
}

}  // namespace

template <class T>
void follow_lines(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
                  const FillDepth& depth, std::span<float* const> values) {
  const int length = run.end - run.begin;
  if (length < kShortest) return;
  const auto side = background_side(map, run, y);
  if (side.step == 0) return;
  const Beside<T> beside(map, planes, depth.low_bits, side.edge, y);
  const float unit = static_cast<float>(depth.max) / 255.0F;
  const auto line = find_line(beside, side.edge, side.step, y, unit);
  if (line.clarity <= 0.0F) return;
  for (int t = 1; t <= length; ++t) {
    const float row = static_cast<float>(y) + line.slope * static_cast<float>(side.step * t);
    const auto upper = static_cast<int>(std::floor(row));
    if (!beside.holds(side.edge, upper) || !beside.holds(side.edge, upper + 1)) continue;
    const float lower_part = row - static_cast<float>(upper);
    const float deep = static_cast<float>(t) / kReach;
    const float weight = line.clarity / (1.0F + deep * deep);
    const int i = side.step > 0 ? length - t : t - 1;
    for (std::size_t c = 0; c < values.size(); ++c) {
      const auto component = static_cast<int>(c);
      const auto above = static_cast<float>(beside.value(component, side.edge, upper));
      const auto below = static_cast<float>(beside.value(component, side.edge, upper + 1));
      const float end = above + lower_part * (below - above);
      values[c][i] += weight * (end - values[c][i]);
    }
  }
}

template void follow_lines(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint8_t>&,
                           const FillDepth&, std::span<float* const>);
template void follow_lines(const ViewMap&, const HoleRun&, int, const FillPlanes<std::uint16_t>&,
                           const FillDepth&, std::span<float* const>);

}  // namespace relievo::stereo
