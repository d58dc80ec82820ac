// The samples of a row at fractional source positions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/row_warp.hpp"

namespace relievo::stereo {

// Catmull-Rom along the row (R. Keys, "Cubic Convolution Interpolation for Digital Image
// Processing", 1981, with a = -1/2), which never reaches across a tear: where a neighbour belongs
// to another surface, the sample beside it stands in. Holes get arbitrary samples. Scratch for one
// thread.
class RowSampler {
 public:
  explicit RowSampler(int max_width);

  // Computes the taps of n targets; edge_taps names those that need care.
  void set_positions(const std::int32_t* positions, const std::vector<EdgeTap>& edge_taps, int n);
  // Samples a row that load_row() has padded; max is the greatest sample value.
  template <class T>
  void sample(const T* row, int max, T* out) const;

 private:
  int count_ = 0;
  const std::vector<EdgeTap>* edge_taps_ = nullptr;
  std::vector<std::int32_t> column_;
  std::array<std::vector<float>, 4> weight_;
  TapRow taps_{};
};

extern template void RowSampler::sample(const std::uint8_t*, int, std::uint8_t*) const;
extern template void RowSampler::sample(const std::uint16_t*, int, std::uint16_t*) const;

}  // namespace relievo::stereo
