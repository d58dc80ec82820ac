#include "plugins/stereo/hole_fill.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "plugins/stereo/prefetch.hpp"

namespace relievo::stereo {
namespace {

// A neighbour this much nearer than the background is foreground.
constexpr std::int32_t kNearer = kPositionOne + kPositionOne / 2;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::int32_t nearest_background(const HoleRun& run) {
  constexpr auto kAny = std::numeric_limits<std::int32_t>::max();
  return run.background == kAny ? kAny : run.background + kNearer;
}

}  // namespace

void HoleFiller::begin_frame(const ViewMap& map, int components, const ChromaGrid* chroma,
                             const FillOptions& options) {
  const bool same = map_ != nullptr && map.width() == width_ && at(map.height()) == rows_.size() &&
                    at(components) == components_ && (chroma == nullptr) == (chroma_ == nullptr);
  map_ = &map;
  chroma_ = chroma;
  options_ = options;
  if (same) return;
  width_ = map.width();
  components_ = at(components);
  rows_.assign(at(map.height()), {});
  levels_.clear();
  for (int w = map.width(), h = map.height(); w > 1 || h > 1;) {
    w = (w + 1) / 2;
    h = (h + 1) / 2;
    levels_.emplace_back(w, h, static_cast<int>(level_components()));
  }
}

int HoleFiller::tasks() const {
  return (map_->height() + kRowsPerTask - 1) / kRowsPerTask;
}

// What of the holes above and below is no hole in this row, and the ends of its own holes.
template <class T>
void HoleFiller::find_rims(int y, const FillPlanes<T>& planes, const FillPlanes<T>& chroma) {
  auto& rims = rows_[at(y)].rims;
  rims.clear();
  const auto own = map_->holes(y);
  for (const int other : {y - 1, y + 1}) {
    if (other < 0 || other >= map_->height()) continue;
    auto next = own.begin();  // the first of this row's holes that may reach the run
    for (const auto& run : map_->holes(other)) {
      const auto limit = nearest_background(run);
      while (next != own.end() && next->end <= run.begin) ++next;
      std::int32_t begin = run.begin;
      for (auto hole = next; begin < run.end; ++hole) {
        if (hole == own.end() || hole->begin >= run.end) {
          rims.push_back({begin, run.end, limit});
          break;
        }
        if (hole->begin > begin) rims.push_back({begin, hole->begin, limit});
        begin = std::max(begin, hole->end);
      }
    }
  }
  for (const auto& run : own) {
    const auto limit = nearest_background(run);
    if (run.begin > 0) rims.push_back({run.begin - 1, run.begin, limit});
    if (run.end < map_->width()) rims.push_back({run.end, run.end + 1, limit});
  }
  const auto* const positions = map_->row(y);
  for (const auto& rim : rims) {
    prefetch(positions + rim.begin);
    for (std::size_t c = 0; c < components_; ++c) prefetch(&planes.view[c].at(rim.begin, y));
    for (int c = 0; chroma_ != nullptr && c < 2; ++c)
      prefetch(&chroma.view[c].at(rim.begin / 2, chroma_->row_of(y)));
  }
}

// Which pixels of the rims are background.
void HoleFiller::find_sources(int y, Scratch& scratch) {
  auto& row = rows_[at(y)];
  auto* const marks = scratch.marks.data();
  const auto* const positions = map_->row(y);
  std::sort(row.rims.begin(), row.rims.end(),
            [](const Rim& a, const Rim& b) { return a.begin < b.begin; });
  for (const auto& rim : row.rims)
    for (int x = rim.begin; x < rim.end; ++x)
      marks[x] |= positions[x] - (x << kPositionBits) <= rim.limit ? 1 : 0;
  row.sources.clear();
  for (const auto& rim : row.rims) {
    for (int x = rim.begin; x < rim.end; ++x) {
      if (marks[x] == 0) continue;
      marks[x] = 0;
      if (!row.sources.empty() && row.sources.back().end == x)
        ++row.sources.back().end;
      else
        row.sources.push_back({x, x + 1});
    }
  }
}

template <class T>
void HoleFiller::read_sources(int y, const FillPlanes<T>& planes) {
  auto& row = rows_[at(y)];
  row.values.clear();
  for (const auto& run : row.sources) {
    for (std::size_t c = 0; c < components_; ++c) {
      const auto& plane = planes.view[c];
      for (int x = run.begin; x < run.end; ++x)
        row.values.push_back(static_cast<float>(plane.at(x, y) >> options_.low_bits));
    }
  }
}

// Row y of the first level, from the picture.
template <class T>
void HoleFiller::build_half(int y, const FillPlanes<T>& chroma, Scratch& scratch) {
  auto& level = levels_.front();
  const int height = map_->height();
  level.begin_row(y);
  for (int row = std::max(2 * y - 1, 0); row <= std::min(2 * y + 2, height - 1); ++row) {
    std::size_t from = 0;
    for (const auto& run : map_->holes(row))
      level.add_fine_range(y, std::max(run.begin - 1, 0), std::min(run.end + 1, width_), from);
  }
  for (int fine = 2 * y; fine < std::min(2 * y + 2, height); ++fine) {
    for (const auto& run : map_->holes(fine))
      std::fill(scratch.needed.begin() + run.begin / 2, scratch.needed.begin() + (run.end + 1) / 2,
                std::uint8_t{1});
    const float* value = rows_[at(fine)].values.data();
    for (const auto& run : rows_[at(fine)].sources) {
      for (int x = run.begin; x < run.end; ++x) ++scratch.sources[at(x / 2)];
      for (std::size_t c = 0; c < components_; ++c)
        for (int x = run.begin; x < run.end; ++x) scratch.sums[c][at(x / 2)] += *value++;
      if (chroma_ != nullptr) add_chroma(fine, run, chroma, scratch);
    }
  }
  level.build_row(y, [&](int x, std::array<float, 3>& values) {
    const int sources = std::exchange(scratch.sources[at(x)], 0);
    const bool needed = std::exchange(scratch.needed[at(x)], std::uint8_t{0}) != 0;
    if (sources == 0) return needed ? kNeeded : kOutside;
    for (std::size_t c = 0; c < components_; ++c)
      values[c] = std::exchange(scratch.sums[c][at(x)], 0.0F) / static_cast<float>(sources);
    if (chroma_ == nullptr) return kSource;
    const float chroma_sources = std::exchange(scratch.chroma_sources[at(x)], 0.0F);
    for (std::size_t c = components_; c < level_components(); ++c)
      values[c] = std::exchange(scratch.sums[c][at(x)], 0.0F) / chroma_sources;
    return kSource;
  });
}

template <class T>
void HoleFiller::prepare_rows(int task, const FillPlanes<T>& planes, const FillPlanes<T>& chroma,
                              Scratch& scratch) {
  const int begin = task * kRowsPerTask;
  const int end = std::min(begin + kRowsPerTask, map_->height());
  // All zero between rows.
  const auto columns = at(width_);
  if (scratch.marks.size() < columns) {
    scratch.marks.resize(columns);
    scratch.needed.resize(columns);
    scratch.sources.resize(columns);
    scratch.chroma_sources.resize(columns);
    for (auto& sum : scratch.sums) sum.resize(columns);
  }
  // Rims are found some rows ahead, so that what lies there has come when it is looked at.
  constexpr int kAhead = 4;
  for (int y = begin; y < std::min(begin + kAhead, end); ++y) find_rims(y, planes, chroma);
  for (int y = begin; y < end; ++y) {
    if (y + kAhead < end) find_rims(y + kAhead, planes, chroma);
    find_sources(y, scratch);
    read_sources(y, planes);
    if (y % 2 == 1 || y + 1 == map_->height())
      if (!levels_.empty()) build_half(y / 2, chroma, scratch);
  }
}

void HoleFiller::solve_coarse(Scratch& scratch) {
  if (levels_.empty()) return;
  std::size_t top = 0;
  while (top + 1 < levels_.size() && levels_[top].needs_values()) {
    levels_[top + 1].build_from(levels_[top]);
    ++top;
  }
  // At the very top a cell still lacks a value only if no background is in sight anywhere.
  levels_[top].set_needed(options_.otherwise);
  for (std::size_t i = top; i-- > 0;) levels_[i].solve_from(levels_[i + 1], scratch.runs);
}

// First values of a row's holes, and of what is around them.
void HoleFiller::start_row(int y, Scratch& scratch) const {
  for (const auto& run : scratch.cells.holes(y)) {
    std::fill_n(scratch.part.data() + run.own, run.length, std::uint8_t{kNeeded});
    std::array<float*, 3> values{};
    for (std::size_t c = 0; c < components_; ++c) values[c] = scratch.value[c].data() + run.own;
    if (!levels_.empty()) {
      levels_.front().interpolate(y, run.begin, run.begin + run.length,
                                  {values.data(), components_});
      continue;
    }
    for (std::size_t c = 0; c < components_; ++c)
      std::fill_n(values[c], run.length, options_.otherwise[c]);
  }
  const auto& row = rows_[at(y)];
  const float* value = row.values.data();
  const auto stretches = scratch.cells.row(y);
  auto stretch = stretches.begin();
  for (const auto& run : row.sources) {
    // At the ends of the task's rows there are sources of holes beyond, which have no cells.
    for (; stretch != stretches.end() && stretch->begin < run.end; ++stretch) {
      const int begin = std::max(run.begin, stretch->begin);
      const int end = std::min(run.end, stretch->end);
      if (begin < end) {
        const auto cell = stretch->first + at(begin - stretch->begin);
        const auto count = at(end - begin);
        std::fill_n(scratch.part.data() + cell, count, std::uint8_t{kSource});
        for (std::size_t c = 0; c < components_; ++c)
          std::copy_n(value + c * at(run.end - run.begin) + at(begin - run.begin), count,
                      scratch.value[c].data() + cell);
      }
      if (stretch->end >= run.end) break;  // it may hold the next as well
    }
    value += components_ * at(run.end - run.begin);
  }
}

// What lines and texture will read, but for what they read for the row above.
template <class T>
void HoleFiller::prefetch_beside(const HoleRun& run, int y, const FillPlanes<T>& planes) const {
  if (run.side == 0) return;
  const int edge = run.side > 0 ? run.end : run.begin - 1;
  const int below = std::min(y + kLineRows, map_->height() - 1);
  prefetch(map_->row(below) + edge);
  const int column = map_->row(y)[edge] >> kPositionBits;
  const int deep = std::clamp(column + run.side * (run.end - run.begin), 0, width_ - 1);
  const int next = std::min(y + 1, map_->height() - 1);
  for (std::size_t c = 0; c < components_; ++c) {
    prefetch(&planes.view[c].at(edge, below));
    prefetch(&planes.source[c].at(column, next));
    prefetch(&planes.source[c].at(deep, next));
  }
}

template <class T>
void HoleFiller::store_run(const HoleRun& run, const CellRun& cells, const FillPlanes<T>& planes,
                           Scratch& scratch) const {
  std::array<float*, 3> values{};
  for (std::size_t c = 0; c < components_; ++c) values[c] = scratch.value[c].data() + cells.own;
  const auto line = find_line(*map_, run, cells.y, planes, {options_.low_bits, options_.max});
  follow_line(line, *map_, run, cells.y, planes, options_.low_bits, {values.data(), components_});
  scratch.lines.push_back(line);
  if (options_.texture > 0.0F)
    add_texture(*map_, run, cells.y, planes, options_.low_bits, options_.texture, scratch.texture,
                {values.data(), components_});
  const auto top = static_cast<float>(options_.max);
  for (std::size_t c = 0; c < components_; ++c) {
    const auto& plane = planes.view[c];
    for (int x = run.begin; x < run.end; ++x) {
      const float v = std::clamp(values[c][x - run.begin] + 0.5F, 0.0F, top);
      plane.at(x, cells.y) = static_cast<T>(static_cast<std::int32_t>(v) << options_.low_bits);
    }
  }
}

template <class T>
void HoleFiller::fill_rows(int task, const FillPlanes<T>& planes, const FillPlanes<T>& chroma,
                           Scratch& scratch) const {
  const int begin = task * kRowsPerTask;
  const int end = std::min(begin + kRowsPerTask, map_->height());
  const auto has_holes = [this](int y) {
    return !map_->holes(y).empty();
  };
  bool any = false;
  for (int y = begin; y < end && !any; ++y) any = has_holes(y);
  if (!any) return;
  // Rows above and below take part, so that this task's rows become what one task for all would
  // make of them.
  const int first = std::max(begin - kRelaxReach, 0);
  const int last = std::min(end + kRelaxReach, map_->height());
  auto& cells = scratch.cells;
  cells.lay_out(*map_, first, last);
  const auto count = cells.cells() + kRunPadding;
  scratch.share.resize(count);
  scratch.part.assign(count, kOutside);
  for (std::size_t c = 0; c < components_; ++c) scratch.value[c].assign(count, 0.0F);
  for (int y = first; y < last; ++y) start_row(y, scratch);
  find_shares(cells.holes(), scratch.part.data(), scratch.share.data());
  std::array<float*, 3> values{};
  for (std::size_t c = 0; c < components_; ++c) values[c] = scratch.value[c].data();
  relax(cells.holes(), {values.data(), components_}, scratch.share.data());
  scratch.lines.clear();
  std::array<std::size_t, kRowsPerTask> first_line{};
  for (int y = begin; y < end; ++y) {
    first_line[at(y - begin)] = scratch.lines.size();
    const auto runs = map_->holes(y);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (i + 4 < runs.size()) prefetch_beside(runs[i + 4], y, planes);
      store_run(runs[i], cells.holes(y)[i], planes, scratch);
    }
  }
  if (chroma_ == nullptr) return;
  for (int y = chroma_->row_of(begin); y <= chroma_->row_of(end - 1); ++y)
    store_chroma(y, scratch.lines.data() + first_line[at(chroma_->upper(y) - begin)], chroma,
                 scratch);
}

template void HoleFiller::prepare_rows(int, const FillPlanes<std::uint8_t>&,
                                       const FillPlanes<std::uint8_t>&, Scratch&);
template void HoleFiller::prepare_rows(int, const FillPlanes<std::uint16_t>&,
                                       const FillPlanes<std::uint16_t>&, Scratch&);
template void HoleFiller::fill_rows(int, const FillPlanes<std::uint8_t>&,
                                    const FillPlanes<std::uint8_t>&, Scratch&) const;
template void HoleFiller::fill_rows(int, const FillPlanes<std::uint16_t>&,
                                    const FillPlanes<std::uint16_t>&, Scratch&) const;

}  // namespace relievo::stereo
