// Holes, stretch and comfort of views, from what a view node made of numbered columns.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/metrics/comfort.hpp"

namespace relievo::quality {

// Means over the frames that were added.
class ViewQuality {
 public:
  // left, right: row-major, per pixel of the view the column that it shows; below 0 is a hole.
  void add(std::span<const float> left, std::span<const float> right, int width, int height);

  [[nodiscard]] bool is_empty() const { return frames_ == 0; }
  [[nodiscard]] double hole_share() const { return mean(holes_); }
  [[nodiscard]] double stretched_share() const { return mean(stretched_); }
  // Histogram, ends and the share outside, each the mean of the frames' own.
  [[nodiscard]] metrics::Comfort comfort() const;

 private:
  [[nodiscard]] double mean(double sum) const { return frames_ > 0 ? sum / frames_ : 0; }

  int frames_ = 0;
  double holes_ = 0;
  double stretched_ = 0;
  metrics::Comfort sum_;
};

// Column in the right view minus column in the left one, per pixel of the source that both show; in
// no order. Exported for tests. [any]
[[nodiscard]] std::vector<float> parallax_of(std::span<const float> left,
                                             std::span<const float> right, int width, int height);

}  // namespace relievo::quality
