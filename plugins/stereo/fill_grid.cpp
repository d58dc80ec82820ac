#include "plugins/stereo/fill_grid.hpp"

#include <algorithm>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

FillLevel::FillLevel(int width, int height, int components)
    : width_(width),
      height_(height),
      stride_(width + 2),
      components_(at(components)),
      state_(at(stride_) * at(height + 2) + kRunPadding),
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
    std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(begin), count, std::uint8_t{kOutside});
    for (std::size_t c = 0; c < components_; ++c)
      std::fill_n(value_[c].begin() + static_cast<std::ptrdiff_t>(begin), count, 0.0F);
  }
  ranges_[at(y)].clear();
}

void FillLevel::join_range(int y, Range own, std::size_t from) {
  auto& ranges = ranges_[at(y)];
  const auto place = ranges.begin() + static_cast<std::ptrdiff_t>(from);
  if (place == ranges.end() || own.end < place->begin) {
    ranges.insert(place, own);
    return;
  }
  place->begin = std::min(place->begin, own.begin);
  place->end = std::max(place->end, own.end);
  auto next = place + 1;
  for (; next != ranges.end() && next->begin <= place->end; ++next)
    place->end = std::max(place->end, next->end);
  ranges.erase(place + 1, next);
}

void FillLevel::build_from(const FillLevel& fine) {
  for (int y = 0; y < height_; ++y) {
    begin_row(y);
    const int rows = std::min(2, fine.height_ - 2 * y);
    for (int r = 0; r < rows; ++r) {
      std::size_t from = 0;
      for (const auto& range : fine.ranges_[at(2 * y + r)])
        add_fine_range(y, range.begin, range.end, from);
    }
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
  for (int y = 0; y < height_; ++y)
    for (const auto& run : needed_[at(y)])
      for (std::size_t c = 0; c < components_; ++c)
        std::fill_n(value_[c].data() + index(run.begin, y), run.end - run.begin, value[c]);
}

// The four cells around weigh 9, 3, 3 and 1 where all have values: first the two rows are joined 3
// to 1, then the columns.
void FillLevel::interpolate(int fine_y, int begin, int end, std::span<float* const> out) const {
  constexpr int kCells = 32;  // of this level at a time
  const auto own = index(0, fine_y / 2);
  const auto other = fine_y % 2 == 0 ? own - at(stride_) : own + at(stride_);
  std::array<float, kCells> left;
  std::array<float, kCells> right;
  std::array<float, 2 * kCells> fine;
  const int behind = (end + 1) / 2;
  for (int k = begin / 2; k < behind; k += kCells) {
    const int count = std::min(kCells, behind - k);
    const auto near = own + at(k);
    const auto far = other + at(k);
    kernels().part_scales(state_.data() + near, state_.data() + far, left.data(), right.data(),
                          count);
    const int from = std::max(begin, 2 * k);
    const int length = std::min(end, 2 * (k + count)) - from;
    for (std::size_t c = 0; c < out.size(); ++c) {
      kernels().interpolate(value_[c].data() + near, value_[c].data() + far, left.data(),
                            right.data(), fine.data(), count);
      std::copy_n(fine.data() + (from - 2 * k), length, out[c] + (from - begin));
    }
  }
}

void FillLevel::solve_from(const FillLevel& coarse, std::vector<CellRun>& runs) {
  runs.clear();
  for (int y = 0; y < height_; ++y) {
    for (const auto& run : needed_[at(y)]) {
      const auto own = index(run.begin, y);
      std::array<float*, 3> out{};
      for (std::size_t c = 0; c < components_; ++c) out[c] = value_[c].data() + own;
      coarse.interpolate(y, run.begin, run.end, {out.data(), components_});
      runs.push_back(
          {y, run.begin, run.end - run.begin, own, own - at(stride_), own + at(stride_)});
    }
  }
  find_shares(runs, state_.data(), share_.data());
  std::array<float*, 3> planes{};
  for (std::size_t c = 0; c < components_; ++c) planes[c] = value_[c].data();
  relax(runs, {planes.data(), components_}, share_.data());
}

}  // namespace relievo::stereo
