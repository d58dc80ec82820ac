// Lines of the background that lead into a hole, carried on in their direction.
#pragma once

#include <span>

#include "plugins/stereo/hole_texture.hpp"

namespace relievo::stereo {

// Rows above and below a run that are looked at.
inline constexpr int kLineRows = 3;

// How samples hold their values.
struct FillDepth {
  int low_bits;  // unused bits below
  int max;       // the largest value
};

// Moves the run's values, as the smooth fill left them, towards what lies at the end of the line
// that leads from each to the background beside the run. How far follows from how clearly the
// background there has one direction (structure tensor), less so deep inside the hole. Lines that
// run steeply do not come from the side and are left to the smooth fill. values[c][0] belongs to
// run.begin. Any thread; reads only what is no hole.
template <class T>
void follow_lines(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
                  const FillDepth& depth, std::span<float* const> values);

}  // namespace relievo::stereo
