// Lines of the background that lead into a hole, carried on in their direction.
#pragma once

#include <span>

#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/hole_texture.hpp"

namespace relievo::stereo {

// Rows above and below a run that are looked at.
inline constexpr int kLineRows = 3;

// How samples hold their values.
struct FillDepth {
  int low_bits;  // unused bits below
  int max;       // the largest value
};

// The direction in which the background beside a run changes least: rows a column; and how clear it
// is, 0 (there is none) to 1.
struct Line {
  float slope = 0.0F;
  float clarity = 0.0F;
};

// By the structure tensor. Lines that run steeply do not come from the side and are left to the
// smooth fill. Any thread; reads only what is no hole.
template <class T>
[[nodiscard]] Line find_line(const ViewMap& map, const HoleRun& run, int y,
                             const FillPlanes<T>& planes, const FillDepth& depth);

// Moves the run's values, as the smooth fill left them, towards what lies at the end of the line
// that leads from each to the background beside the run; less so where the line is less clear, and
// deep inside the hole. values[c][0] belongs to run.begin. Any thread; reads only what is no hole.
template <class T>
void follow_line(const Line& line, const ViewMap& map, const HoleRun& run, int y,
                 const FillPlanes<T>& planes, int low_bits, std::span<float* const> values);

// The same for holes of sub-sampled chroma, in row y of it: what luma has of structure, chroma has
// too. line: that of the luma's hole below.
template <class T>
void follow_line(const Line& line, const ViewMap& luma, const ChromaGrid& grid,
                 const ChromaRun& run, int y, const FillPlanes<T>& planes, int low_bits,
                 std::span<float* const> values);

}  // namespace relievo::stereo
