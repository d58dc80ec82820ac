// The samples of a row at fractional source positions.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/row_warp.hpp"

namespace relievo::stereo {

// Catmull-Rom along the row (R. Keys, "Cubic Convolution Interpolation for Digital Image
// Processing", 1981, with a = -1/2), which never reaches across a tear: where a neighbour belongs
// to another surface, the sample beside it stands in; edge_taps names those targets. Holes get
// arbitrary samples.
//
// rows: `components` (1 to 3) rows that load_rows() has padded. positions: of the n targets. max:
// the greatest sample value. out: n samples of each component. T: uint8_t or uint16_t.
template <class T>
void sample_rows(const T* const* rows, int components, const std::int32_t* positions,
                 const std::vector<EdgeTap>& edge_taps, int max, T* const* out, int n);

extern template void sample_rows(const std::uint8_t* const*, int, const std::int32_t*,
                                 const std::vector<EdgeTap>&, int, std::uint8_t* const*, int);
extern template void sample_rows(const std::uint16_t* const*, int, const std::int32_t*,
                                 const std::vector<EdgeTap>&, int, std::uint16_t* const*, int);

}  // namespace relievo::stereo
