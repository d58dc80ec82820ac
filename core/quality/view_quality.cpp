#include "core/quality/view_quality.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "core/metrics/view_shares.hpp"

namespace relievo::quality {
namespace {

constexpr float kUnseen = std::numeric_limits<float>::quiet_NaN();

// For each column of the source, how far the view has moved it; NaN where the view does not show
// it.
void shifts_of(std::span<const float> view_row, std::vector<float>& shifts) {
  std::fill(shifts.begin(), shifts.end(), kUnseen);
  for (std::size_t x = 0; x < view_row.size(); ++x) {
    const float column = view_row[x];
    if (!(column >= 0)) continue;
    const auto source = static_cast<std::size_t>(std::lround(column));
    if (source < shifts.size()) shifts[source] = static_cast<float>(x) - column;
  }
}

}  // namespace

std::vector<float> parallax_of(std::span<const float> left, std::span<const float> right, int width,
                               int height) {
  const auto columns = static_cast<std::size_t>(width);
  std::vector<float> in_left(columns), in_right(columns), parallax;
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    shifts_of(left.subspan(y * columns, columns), in_left);
    shifts_of(right.subspan(y * columns, columns), in_right);
    for (std::size_t x = 0; x < columns; ++x) {
      const float difference = in_right[x] - in_left[x];
      if (std::isfinite(difference)) parallax.push_back(difference);
    }
  }
  return parallax;
}

void ViewQuality::add(std::span<const float> left, std::span<const float> right, int width,
                      int height) {
  for (const auto view : {left, right}) {
    const auto shares = metrics::view_shares(view, width, height);
    holes_ += 0.5 * shares.holes;
    stretched_ += 0.5 * shares.stretched;
  }
  const auto frame = metrics::comfort(parallax_of(left, right, width, height), width);
  for (std::size_t i = 0; i < frame.histogram.size(); ++i) sum_.histogram[i] += frame.histogram[i];
  sum_.below += frame.below;
  sum_.above += frame.above;
  sum_.nearest += frame.nearest;
  sum_.farthest += frame.farthest;
  sum_.outside += frame.outside;
  ++frames_;
}

metrics::Comfort ViewQuality::comfort() const {
  metrics::Comfort result;
  for (std::size_t i = 0; i < result.histogram.size(); ++i)
    result.histogram[i] = mean(sum_.histogram[i]);
  result.below = mean(sum_.below);
  result.above = mean(sum_.above);
  result.nearest = mean(sum_.nearest);
  result.farthest = mean(sum_.farthest);
  result.outside = mean(sum_.outside);
  return result;
}

}  // namespace relievo::quality
