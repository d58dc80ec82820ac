#include "row_sampler.hpp"

#include <algorithm>
#include <cstddef>

namespace relievo::temporal {
namespace {

// Place into the cell it lies in and its distance from that cell's corner.
void split(std::span<float> at, std::span<std::int32_t> cells, int samples) {
  const auto last = static_cast<float>(samples - 1);
  const int last_cell = std::max(samples - 2, 0);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const float inside = at[i] > 0 ? at[i] : 0;  // 0 for what is not a number, too
    const float held = inside < last ? inside : last;
    const int cell = static_cast<int>(held);
    cells[i] = cell < last_cell ? cell : last_cell;
    at[i] = held - static_cast<float>(cells[i]);
  }
}

}  // namespace

RowSampler::RowSampler(const cv::Mat1f& map, std::size_t width)
    : map_(map),
      left_(width),
      top_(width),
      corners_{std::vector<float>(width), std::vector<float>(width), std::vector<float>(width),
               std::vector<float>(width)} {}

void RowSampler::sample(std::span<float> x, std::span<float> y, std::span<float> result) {
  const std::size_t n = x.size();
  split(x, left_, map_.cols);
  split(y, top_, map_.rows);
  auto& [a, b, c, d] = corners_;
  const std::ptrdiff_t right = map_.cols > 1 ? 1 : 0;
  const auto row = static_cast<std::ptrdiff_t>(map_.step1());
  const std::ptrdiff_t below = map_.rows > 1 ? row : 0;
  const float* const first = map_[0];
  // Only the fetching of the four corners is done place by place.
  for (std::size_t i = 0; i < n; ++i) {
    const float* const corner = first + top_[i] * row + left_[i];
    a[i] = corner[0];
    b[i] = corner[right];
    c[i] = corner[below];
    d[i] = corner[below + right];
  }
  for (std::size_t i = 0; i < n; ++i) {
    const float high = a[i] + x[i] * (b[i] - a[i]);
    const float low = c[i] + x[i] * (d[i] - c[i]);
    result[i] = high + y[i] * (low - high);
  }
}

}  // namespace relievo::temporal
