// Parallax measured on finished views, as an eye has it: by matching blocks of one with the other.
// Knows nothing of how the views were made.
#pragma once

#include <cstdint>
#include <vector>

namespace relievo::test {

// A grey picture of two views, left one first, each `width` wide.
struct SideBySide {
  const std::uint8_t* pixels;
  int width;  // of one view
  int height;
};

// x_right - x_left in % of the width, for those points of an even grid that can be matched without
// doubt: textured, the best match much better than any other place, and found again from the other
// view. Above 0 is behind the screen.
[[nodiscard]] std::vector<double> matched_parallax(const SideBySide& views);

}  // namespace relievo::test
