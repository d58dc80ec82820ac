// A grid of cells, some of which lack a value: what holes are filled on, level by level.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/stereo/fill_relax.hpp"

namespace relievo::stereo {

enum CellState : std::uint8_t {
  kOutside = 0,  // takes no part: foreground, or far from any hole
  kSource = 1,   // background that touches a hole: its value stands
  kNeeded = 2    // a hole
};

// A level of the pyramid: each cell stands for 2 x 2 cells of the level below.
class FillLevel {
 public:
  FillLevel(int width, int height, int components);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

  // Forgets row y and names the columns that may take part: half-open ranges of the level below's
  // columns. Those of one of its rows ascend, and share `from`, which is 0 for the first.
  void begin_row(int y);
  void add_fine_range(int y, int begin, int end, std::size_t& from);
  // Calls fill(x, state&, values) for each cell in the ranges, once. To be called for every row,
  // from any thread.
  template <class FillCell>
  void build_row(int y, FillCell&& fill_cell);

  // Makes this level from the one below.
  void build_from(const FillLevel& fine);
  [[nodiscard]] bool needs_values() const;
  // Gives every needed cell the value, or that of the coarser level; then relaxes.
  void set_needed(std::span<const float> value);
  void solve_from(const FillLevel& coarse, std::vector<CellRun>& scratch);

  // Values for columns begin .. end - 1 in row y of the level below, linear between the cells of
  // this level that have a value: out[c][0] is component c at begin. The cells that the columns are
  // part of must have values.
  void interpolate(int fine_y, int begin, int end, std::span<float* const> out) const;
  // Of one component; those from cell x in row y on. 0 where there is none.
  [[nodiscard]] const float* values(std::size_t component, int x, int y) const {
    return value_[component].data() + index(x, y);
  }

 private:
  struct Range {
    std::int32_t begin;
    std::int32_t end;
  };
  // Ranges before number `from` end before this one begins.
  void join_range(int y, Range own, std::size_t from);
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y + 1) * static_cast<std::size_t>(stride_) +
           static_cast<std::size_t>(x + 1);
  }

  int width_;
  int height_;
  int stride_;
  std::size_t components_;
  std::vector<std::uint8_t> state_;
  std::array<std::vector<float>, 3> value_;  // 0 where there is none
  std::vector<float> share_;
  std::vector<std::vector<Range>> ranges_;  // of each row, ascending
  std::vector<std::vector<Range>> needed_;  // of each row, ascending
};

inline void FillLevel::add_fine_range(int y, int begin, int end, std::size_t& from) {
  const auto& ranges = ranges_[static_cast<std::size_t>(y)];
  const Range own{begin / 2, (end + 1) / 2};
  while (from < ranges.size() && ranges[from].end < own.begin) ++from;
  // Most are there already: neighbouring rows have much the same holes.
  if (from < ranges.size() && ranges[from].begin <= own.begin && own.end <= ranges[from].end)
    return;
  join_range(y, own, from);
}

template <class FillCell>
void FillLevel::build_row(int y, FillCell&& fill_cell) {
  auto& needed = needed_[static_cast<std::size_t>(y)];
  needed.clear();
  for (const auto& range : ranges_[static_cast<std::size_t>(y)]) {
    for (int x = range.begin; x < range.end; ++x) {
      const auto cell = index(x, y);
      std::array<float, 3> values{};
      state_[cell] = fill_cell(x, values);
      if (state_[cell] == kSource) {
        for (std::size_t c = 0; c < components_; ++c) value_[c][cell] = values[c];
      } else if (state_[cell] == kNeeded) {
        if (!needed.empty() && needed.back().end == x)
          ++needed.back().end;
        else
          needed.push_back({x, x + 1});
      }
    }
  }
}

}  // namespace relievo::stereo
