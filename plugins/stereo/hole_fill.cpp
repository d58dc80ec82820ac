#include "plugins/stereo/hole_fill.hpp"

#include <algorithm>
#include <limits>

#include "plugins/stereo/hole_structure.hpp"

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

void HoleFiller::begin_frame(const ViewMap& map, int components, const FillOptions& options) {
  const bool same = map_ != nullptr && map.width() + 2 == stride_ &&
                    at(map.height()) == rims_.size() && at(components) == components_;
  map_ = &map;
  options_ = options;
  if (same) return;
  stride_ = map.width() + 2;
  components_ = at(components);
  state_.assign(at(stride_) * at(map.height() + 2), kOutside);
  rims_.assign(at(map.height()), {});
  levels_.clear();
  for (int w = map.width(), h = map.height(); w > 1 || h > 1;) {
    w = (w + 1) / 2;
    h = (h + 1) / 2;
    levels_.emplace_back(w, h, components);
  }
}

int HoleFiller::tasks() const {
  return (map_->height() + kRowsPerTask - 1) / kRowsPerTask;
}

// What of the holes above and below is no hole in this row, and the ends of its own holes.
void HoleFiller::find_rims(int y) {
  auto& rims = rims_[at(y)];
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
}

// Which pixels of a row are holes, and which are background that touches one.
void HoleFiller::mark_row(int y) {
  auto* const state = state_.data() + index(0, y);
  std::fill_n(state, map_->width(), std::uint8_t{kOutside});
  find_rims(y);
  for (const auto& run : map_->holes(y))
    std::fill(state + run.begin, state + run.end, std::uint8_t{kNeeded});
  const auto* const positions = map_->row(y);
  for (const auto& rim : rims_[at(y)])
    for (int x = rim.begin; x < rim.end; ++x)
      if (positions[x] - (x << kPositionBits) <= rim.limit) state[x] = kSource;
}

// Row y of the first level, from the picture.
template <class T>
void HoleFiller::build_half(int y, const FillPlanes<T>& planes) {
  auto& level = levels_.front();
  const int width = map_->width();
  const int height = map_->height();
  level.begin_row(y);
  for (int row = std::max(2 * y - 1, 0); row <= std::min(2 * y + 2, height - 1); ++row)
    for (const auto& run : map_->holes(row))
      level.add_fine_range(y, std::max(run.begin - 1, 0), std::min(run.end + 1, width));
  level.build_row(y, [&](int x, std::array<float, 3>& values) {
    int sources = 0;
    bool needed = false;
    for (int i = 0; i < 4; ++i) {
      const int column = 2 * x + i % 2;
      const int row = 2 * y + i / 2;
      const auto state = state_[index(column, row)];  // outside the picture: kOutside
      needed = needed || state == kNeeded;
      if (state != kSource) continue;
      ++sources;
      for (std::size_t c = 0; c < components_; ++c)
        values[c] += static_cast<float>(planes.view[c].at(column, row) >> options_.low_bits);
    }
    for (auto& value : values) value /= static_cast<float>(std::max(sources, 1));
    return sources > 0 ? kSource : needed ? kNeeded : kOutside;
  });
}

template <class T>
void HoleFiller::prepare_rows(int task, const FillPlanes<T>& planes) {
  const int begin = task * kRowsPerTask;
  const int end = std::min(begin + kRowsPerTask, map_->height());
  for (int y = begin; y < end; ++y) mark_row(y);
  if (levels_.empty()) return;
  for (int y = begin / 2; y < (end + 1) / 2; ++y) build_half(y, planes);
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
template <class T>
void HoleFiller::start_row(int y, int first, const FillPlanes<T>& planes, Scratch& scratch) const {
  const auto row = index(0, y - first);
  for (const auto& run : map_->holes(y)) {
    const int length = run.end - run.begin;
    std::array<float*, 3> values{};
    for (std::size_t c = 0; c < components_; ++c) {
      values[c] = scratch.value[c].data() + row + run.begin;
      // What lies beyond the picture takes no part.
      values[c][-1] = 0.0F;
      values[c][length] = 0.0F;
      if (y == 0) std::fill_n(values[c] - stride_, length, 0.0F);
      if (y + 1 == map_->height()) std::fill_n(values[c] + stride_, length, 0.0F);
    }
    if (!levels_.empty()) {
      levels_.front().interpolate(y, run.begin, run.end, values.data());
      continue;
    }
    for (std::size_t c = 0; c < components_; ++c)
      std::fill_n(values[c], length, options_.otherwise[c]);
  }
  const auto* const state = state_.data() + index(0, y);
  for (const auto& rim : rims_[at(y)])
    for (int x = rim.begin; x < rim.end; ++x)
      for (std::size_t c = 0; c < components_; ++c)
        scratch.value[c][row + at(x)] =
            state[x] == kSource ? static_cast<float>(planes.view[c].at(x, y) >> options_.low_bits)
                                : 0.0F;
}

template <class T>
void HoleFiller::store_run(const HoleRun& run, int y, int first, const FillPlanes<T>& planes,
                           Scratch& scratch) const {
  const auto begin = index(run.begin, y) - at(first) * at(stride_);
  std::array<float*, 3> values{};
  for (std::size_t c = 0; c < components_; ++c) values[c] = scratch.value[c].data() + begin;
  follow_lines(*map_, run, y, planes, {options_.low_bits, options_.max},
               {values.data(), components_});
  if (options_.texture > 0.0F)
    add_texture(*map_, run, y, planes, options_.low_bits, options_.texture, scratch.texture,
                {values.data(), components_});
  const auto top = static_cast<float>(options_.max);
  for (std::size_t c = 0; c < components_; ++c) {
    const auto& plane = planes.view[c];
    for (int x = run.begin; x < run.end; ++x) {
      const float v = std::clamp(values[c][x - run.begin] + 0.5F, 0.0F, top);
      plane.at(x, y) = static_cast<T>(static_cast<std::int32_t>(v) << options_.low_bits);
    }
  }
}

template <class T>
void HoleFiller::fill_rows(int task, const FillPlanes<T>& planes, Scratch& scratch) const {
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
  const std::size_t cells = at(stride_) * at(last - first + 2);
  if (scratch.share.size() < cells) {
    scratch.share.resize(cells);
    for (auto& plane : scratch.value) plane.resize(cells);
  }
  scratch.runs.clear();
  const auto* const state = state_.data() + at(first) * at(stride_);
  for (int y = first; y < last; ++y) {
    start_row(y, first, planes, scratch);
    for (const auto& run : map_->holes(y))
      count_neighbours({y - first, run.begin, run.end}, state, stride_, scratch.share.data(),
                       scratch.runs);
  }
  std::array<float*, 3> values{};
  for (std::size_t c = 0; c < components_; ++c) values[c] = scratch.value[c].data();
  relax(scratch.runs, stride_, {values.data(), components_}, scratch.share.data(), first);
  for (int y = begin; y < end; ++y)
    for (const auto& run : map_->holes(y)) store_run(run, y, first, planes, scratch);
}

template void HoleFiller::prepare_rows(int, const FillPlanes<std::uint8_t>&);
template void HoleFiller::prepare_rows(int, const FillPlanes<std::uint16_t>&);
template void HoleFiller::fill_rows(int, const FillPlanes<std::uint8_t>&, Scratch&) const;
template void HoleFiller::fill_rows(int, const FillPlanes<std::uint16_t>&, Scratch&) const;

}  // namespace relievo::stereo
