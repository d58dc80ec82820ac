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
