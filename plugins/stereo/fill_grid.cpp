#include "plugins/stereo/fill_grid.hpp"

#include <algorithm>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

void relax(std::span<const CellRun> runs, int stride, std::span<float* const> planes,
           const float* share, int first_colour) {
  for (int pass = 0; pass < 2 * kRelaxRounds; ++pass) {
    const int colour = pass + first_colour;
    for (float* const plane : planes) {
      for (const auto& run : runs) {
        const std::ptrdiff_t row = std::ptrdiff_t{run.y + 1} * stride + 1;
        float* const v = plane + row;
        const float* const s = share + row;
        for (int x = run.begin + ((run.begin + run.y + colour) & 1); x < run.end; x += 2)
          v[x] = ((v[x - 1] + v[x + 1]) + (v[x - stride] + v[x + stride])) * s[x];
      }
    }
  }
}

void count_neighbours(const CellRun& run, const std::uint8_t* state, int stride, float* share,
                      std::vector<CellRun>& kept) {
  static constexpr std::array<float, 5> kShares{0.0F, 1.0F, 1.0F / 2.0F, 1.0F / 3.0F, 1.0F / 4.0F};
  const std::ptrdiff_t row = std::ptrdiff_t{run.y + 1} * stride + 1;
  const auto* const s = state + row;
  const auto part = [s](int i) { return s[i] != kOutside ? 1 : 0; };
  int begin = run.begin;
  for (int x = run.begin; x < run.end; ++x) {
    const int count = part(x - 1) + part(x + 1) + part(x - stride) + part(x + stride);
    share[row + x] = kShares[at(count)];
    if (count > 0) continue;
    if (x > begin) kept.push_back({run.y, begin, x});
    begin = x + 1;
  }
  if (begin < run.end) kept.push_back({run.y, begin, run.end});
}

FillLevel::FillLevel(int width, int height, int components)
    : width_(width),
      height_(height),
      stride_(width + 2),
      components_(at(components)),
      state_(at(stride_) * at(height + 2)),
      share_(state_.size()),
      ranges_(at(height)),
      needed_(at(height)) {
  for (std::size_t c = 0; c < components_; ++c) value_[c].resize(state_.size());
}

void FillLevel::begin_row(int y) {
  // What the last frame left.
  for (const auto& range : ranges_[at(y)]) {
    const auto begin = index(range.begin, y);
    const auto count = at(range.end - range.begin);
    std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(begin), count,
                std::uint8_t{kOutside});
    for (std::size_t c = 0; c < components_; ++c)
      std::fill_n(value_[c].begin() + static_cast<std::ptrdiff_t>(begin), count, 0.0F);
  }
  ranges_[at(y)].clear();
}

void FillLevel::add_fine_range(int y, int begin, int end) {
  ranges_[at(y)].push_back({begin / 2, (end + 1) / 2});
}

void FillLevel::join_ranges(int y) {
  auto& ranges = ranges_[at(y)];
  if (ranges.size() < 2) return;
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].begin <= ranges[last].end)
      ranges[last].end = std::max(ranges[last].end, ranges[i].end);
    else
      ranges[++last] = ranges[i];
  }
  ranges.resize(last + 1);
}

void FillLevel::build_from(const FillLevel& fine) {
  for (int y = 0; y < height_; ++y) {
    begin_row(y);
    const int rows = std::min(2, fine.height_ - 2 * y);
    for (int r = 0; r < rows; ++r)
      for (const auto& range : fine.ranges_[at(2 * y + r)])
        add_fine_range(y, range.begin, range.end);
    // Beyond the right and lower border lie cells that take no part.
    build_row(y, [&](int x, std::array<float, 3>& values) {
      const auto a = fine.index(2 * x, 2 * y);
      const auto b = a + at(fine.stride_);
      const std::array<std::size_t, 4> cells{a, a + 1, b, b + 1};
      int sources = 0;
      bool needed = false;
      for (const auto cell : cells) {
        needed = needed || fine.state_[cell] == kNeeded;
        if (fine.state_[cell] != kSource) continue;
        ++sources;
        for (std::size_t c = 0; c < components_; ++c) values[c] += fine.value_[c][cell];
      }
      for (auto& value : values) value /= static_cast<float>(std::max(sources, 1));
      return sources > 0 ? kSource : needed ? kNeeded : kOutside;
    });
  }
}

bool FillLevel::needs_values() const {
  return std::any_of(needed_.begin(), needed_.end(), [](const auto& row) { return !row.empty(); });
}

void FillLevel::set_needed(std::span<const float> value) {
  for (const auto& row : needed_)
    for (const auto& run : row)
      for (int x = run.begin; x < run.end; ++x)
        for (std::size_t c = 0; c < components_; ++c) value_[c][index(x, run.y)] = value[c];
}

FillLevel::Blend FillLevel::blend_for(int fine_x, int fine_y) const {
  const auto own = index(fine_x / 2, fine_y / 2);
  const auto beside = fine_x % 2 == 0 ? own - 1 : own + 1;
  const auto step = at(stride_);
  const bool up = fine_y % 2 == 0;
  const std::array<std::size_t, 4> cells{own, beside, up ? own - step : own + step,
                                         up ? beside - step : beside + step};
  const int weights = 9 + (state_[cells[1]] != kOutside ? 3 : 0) +
                      (state_[cells[2]] != kOutside ? 3 : 0) +
                      (state_[cells[3]] != kOutside ? 1 : 0);
  return {cells, 1.0F / static_cast<float>(weights)};
}

void FillLevel::solve_from(const FillLevel& coarse, std::vector<CellRun>& scratch) {
  scratch.clear();
  for (const auto& row : needed_) {
    for (const auto& run : row) {
      for (int x = run.begin; x < run.end; ++x) {
        const auto blend = coarse.blend_for(x, run.y);
        for (std::size_t c = 0; c < components_; ++c)
          value_[c][index(x, run.y)] = coarse.value_of(blend, c);
      }
      count_neighbours(run, state_.data(), stride_, share_.data(), scratch);
    }
  }
  std::array<float*, 3> planes{};
  for (std::size_t c = 0; c < components_; ++c) planes[c] = value_[c].data();
  relax(scratch, stride_, {planes.data(), components_}, share_.data(), 0);
}

}  // namespace relievo::stereo
