// The background's finest texture, for holes: a smooth fill beside film grain looks like plastic.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

// The picture that a view is made of, and the view; both in the right eye's sense.
template <class T>
struct FillPlanes {
  const Plane<const T>* source;
  const Plane<T>* view;
  int components;  // 1 to 3, all of the map's size
};

// Where the background begins beside a run of holes: its first column, and 1 or -1 for the way into
// it; 0 if the run takes the whole row. Of two neighbours the farther one is the background.
struct BackgroundSide {
  int edge = 0;
  int step = 0;
};
[[nodiscard]] BackgroundSide background_side(const ViewMap& map, const HoleRun& run, int y);

// Of one thread.
struct TextureScratch {
  std::vector<float> mean;
  std::vector<float> detail;
};

// Adds gain * (source less its 3 x 3 binomial mean within the surface) to the run's values, as seen
// in a mirror at the edge between hole and background. values[c][0] belongs to run.begin.
template <class T>
void add_texture(const ViewMap& map, const HoleRun& run, int y, const FillPlanes<T>& planes,
                 int low_bits, float gain, TextureScratch& scratch, std::span<float* const> values);

}  // namespace relievo::stereo
