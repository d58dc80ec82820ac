// Parallax as a viewer feels it: in percent of the picture's width, whatever the screen.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace relievo::metrics {

// Parallax: column in the right eye's view minus that in the left one's; above 0 lies behind the
// screen.
struct Comfort {
  static constexpr double kFrom = -5;  // % of width
  static constexpr double kStep = 0.5;
  static constexpr std::size_t kBins = 20;
  std::array<double, kBins> histogram{};  // shares; bin i holds kFrom + i kStep to the next
  double below = 0;                       // share under kFrom
  double above = 0;                       // share at or over kFrom + kBins kStep
  double nearest = 0;                     // 1st percentile, % of width
  double farthest = 0;                    // 99th percentile, % of width
  double outside = 0;                     // share beyond the limit to either side
};

// parallax: pixels of a picture so wide; what is not finite is left out. limit: % of width that is
// still comfortable. All 0 without pixels. [any]
[[nodiscard]] Comfort comfort(std::span<const float> parallax, int picture_width,
                              double limit = 2.0);

}  // namespace relievo::metrics
