#include "plugins/stereo/hole_cells.hpp"

#include <algorithm>
#include <array>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// The cell of a column, looked up from left to right.
std::size_t cell_of(std::span<const HoleCells::Stretch> row, std::size_t& next, int column) {
  while (row[next].end <= column) ++next;
  return row[next].first + at(column - row[next].begin);
}

}  // namespace

std::span<const HoleCells::Stretch> HoleCells::row(int y) const {
  const auto i = at(y - first_row_ + 1);
  return {stretches_.data() + row_begins_[i], row_begins_[i + 1] - row_begins_[i]};
}

std::span<const CellRun> HoleCells::holes(int y) const {
  const auto i = at(y - first_row_);
  return {holes_.data() + hole_begins_[i], hole_begins_[i + 1] - hole_begins_[i]};
}

void HoleCells::lay_out(const ViewMap& map, int first_row, int last_row) {
  first_row_ = first_row;
  cells_ = 0;
  stretches_.clear();
  row_begins_.clear();
  holes_.clear();
  hole_begins_.clear();
  for (int y = first_row - 1; y <= last_row; ++y) lay_out_row(map, y, first_row, last_row);
  row_begins_.push_back(stretches_.size());
  for (int y = first_row; y < last_row; ++y) add_holes(map, y);
  hole_begins_.push_back(holes_.size());
}

// The union of the row's own holes and what is beside them, and of the columns of the holes above
// and below.
void HoleCells::lay_out_row(const ViewMap& map, int y, int first_row, int last_row) {
  row_begins_.push_back(stretches_.size());
  const auto holes_of = [&](int row) {
    return row >= first_row && row < last_row ? map.holes(row) : std::span<const HoleRun>();
  };
  std::array<std::span<const HoleRun>, 3> lists{holes_of(y - 1), holes_of(y), holes_of(y + 1)};
  for (;;) {
    int from = -1;
    int begin = 0;
    for (int i = 0; i < 3; ++i) {
      if (lists[at(i)].empty()) continue;
      const int own = lists[at(i)].front().begin - (i == 1 ? 1 : 0);
      if (from < 0 || own < begin) {
        from = i;
        begin = own;
      }
    }
    if (from < 0) break;
    add_stretch(begin, lists[at(from)].front().end + (from == 1 ? 1 : 0));
    lists[at(from)] = lists[at(from)].subspan(1);
  }
  if (stretches_.size() > row_begins_.back()) cells_ += kRunPadding;
}

void HoleCells::add_stretch(int begin, int end) {
  if (stretches_.size() > row_begins_.back() && begin <= stretches_.back().end) {
    auto& last = stretches_.back();
    if (end <= last.end) return;
    cells_ += at(end - last.end);
    last.end = end;
    return;
  }
  stretches_.push_back({begin, end, cells_});
  cells_ += at(end - begin);
}

void HoleCells::add_holes(const ViewMap& map, int y) {
  hole_begins_.push_back(holes_.size());
  std::size_t own = 0;
  std::size_t above = 0;
  std::size_t below = 0;
  for (const auto& run : map.holes(y))
    holes_.push_back({y, run.begin, run.end - run.begin, cell_of(row(y), own, run.begin),
                      cell_of(row(y - 1), above, run.begin),
                      cell_of(row(y + 1), below, run.begin)});
}

}  // namespace relievo::stereo
