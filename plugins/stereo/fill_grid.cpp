#include "plugins/stereo/fill_grid.hpp"

#include <algorithm>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Over-relaxation: steps this much longer than Gauss and Seidel's converge in half the rounds
// (D. Young, "Iterative Solution of Large Linear Systems", 1971; above 1, below 2).
constexpr float kStep = 1.4F;

template <std::size_t kPlanes>
void relax_planes(std::span<const CellRun> runs, int stride, std::span<float* const> planes,
                  const float* share, int first_colour) {
  for (int pass = 0; pass < 2 * kRelaxRounds; ++pass) {
    const int colour = pass + first_colour;
    for (const auto& run : runs) {
      const std::ptrdiff_t row = std::ptrdiff_t{run.y + 1} * stride + 1;
      const float* const s = share + row;
      std::array<float*, kPlanes> v;
      for (std::size_t c = 0; c < kPlanes; ++c) v[c] = planes[c] + row;
      for (int x = run.begin + ((run.begin + run.y + colour) & 1); x < run.end; x += 2)
        for (std::size_t c = 0; c < kPlanes; ++c)
          v[c][x] = (1.0F - kStep) * v[c][x] +
                    s[x] * ((v[c][x - 1] + v[c][x + 1]) + (v[c][x - stride] + v[c][x + stride]));
    }
  }
}

}  // namespace

void relax(std::span<const CellRun> runs, int stride, std::span<float* const> planes,
           const float* share, int first_colour) {
  switch (planes.size()) {
    case 1: relax_planes<1>(runs, stride, planes, share, first_colour); break;
    case 2: relax_planes<2>(runs, stride, planes, share, first_colour); break;
    default: relax_planes<3>(runs, stride, planes, share, first_colour);
  }
}

void count_neighbours(const CellRun& run, const std::uint8_t* state, int stride, float* share,
                      std::vector<CellRun>& kept) {
  static constexpr std::array<float, 5> kShares{0.0F, kStep, kStep / 2.0F, kStep / 3.0F,
                                                kStep / 4.0F};
  const std::ptrdiff_t row = std::ptrdiff_t{run.y + 1} * stride + 1;
  const auto* const s = state + row;
  const auto part = [s](int i) {
    return s[i] != kOutside ? 1 : 0;
  };
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
    std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(begin), count, std::uint8_t{kOutside});
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

// The four cells around weigh 9, 3, 3 and 1 where all have values: first the two rows are joined 3
// to 1, then the columns.
template <std::size_t kComponents>
void FillLevel::interpolate_components(int fine_y, int begin, int end, float* const* out) const {
  static constexpr auto kInverse = [] {
    std::array<float, 17> inverse{};
    for (std::size_t i = 1; i < inverse.size(); ++i) inverse[i] = 1.0F / static_cast<float>(i);
    return inverse;
  }();
  const auto own = index(0, fine_y / 2);
  const auto other = fine_y % 2 == 0 ? own - at(stride_) : own + at(stride_);
  const auto* const near = state_.data() + own;
  const auto* const far = state_.data() + other;
  const auto weight_of = [&](int x) {
    return (near[x] != kOutside ? 3 : 0) + (far[x] != kOutside ? 1 : 0);
  };
  const int first = begin / 2;
  const int last = (end - 1) / 2;
  // The columns before, at and after k, each joined from two rows.
  int before = weight_of(first - 1);
  int here = weight_of(first);
  for (int k = first; k <= last; ++k) {
    const int after = weight_of(k + 1);
    const float left_scale = kInverse[at(3 * here + before)];
    const float right_scale = kInverse[at(3 * here + after)];
    before = here;
    here = after;
    for (std::size_t c = 0; c < kComponents; ++c) {
      const float* const a = value_[c].data() + own;
      const float* const b = value_[c].data() + other;
      const float middle = 9.0F * a[k] + 3.0F * b[k];
      if (2 * k >= begin)
        out[c][2 * k - begin] = (middle + (3.0F * a[k - 1] + b[k - 1])) * left_scale;
      if (2 * k + 1 < end)
        out[c][2 * k + 1 - begin] = (middle + (3.0F * a[k + 1] + b[k + 1])) * right_scale;
    }
  }
}

void FillLevel::interpolate(int fine_y, int begin, int end, float* const* out) const {
  switch (components_) {
    case 1: interpolate_components<1>(fine_y, begin, end, out); break;
    case 2: interpolate_components<2>(fine_y, begin, end, out); break;
    default: interpolate_components<3>(fine_y, begin, end, out);
  }
}

void FillLevel::solve_from(const FillLevel& coarse, std::vector<CellRun>& scratch) {
  scratch.clear();
  for (const auto& row : needed_) {
    for (const auto& run : row) {
      std::array<float*, 3> out{};
      for (std::size_t c = 0; c < components_; ++c)
        out[c] = value_[c].data() + index(run.begin, run.y);
      coarse.interpolate(run.y, run.begin, run.end, out.data());
      count_neighbours(run, state_.data(), stride_, share_.data(), scratch);
    }
  }
  std::array<float*, 3> planes{};
  for (std::size_t c = 0; c < components_; ++c) planes[c] = value_[c].data();
  relax(scratch, stride_, {planes.data(), components_}, share_.data(), 0);
}

}  // namespace relievo::stereo
