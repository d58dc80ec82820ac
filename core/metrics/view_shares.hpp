// How much of a synthesised view was never seen: holes, and pixels pulled over several columns.
#pragma once

#include <span>

namespace relievo::metrics {

struct ViewShares {
  double holes = 0;  // share of all pixels that see no source
  double stretched =
      0;  // share of all pixels whose source pixel covers more than `stretch` of them
};

// source_columns: row-major, per target pixel the column of the source that it shows, in pixels;
// below 0 or not finite is a hole. A pixel is stretched if to its right neighbour, or at a row's or
// a hole's end to its left one, the source moves on by less than 1 / stretch. [any]
[[nodiscard]] ViewShares view_shares(std::span<const float> source_columns, int width, int height,
                                     double stretch = 2);

}  // namespace relievo::metrics
