// Resampling along one axis by a table: each output sample is a weighted sum of a few input
// samples. For the cases in which a library's own kernel is not exact enough or samples elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// Output i is the sum over taps k of weights[k][i] * input[indices[k][i]].
struct AxisTaps {
  std::vector<at::Tensor> indices;  // int64, one tensor per tap, on the device
  std::vector<at::Tensor> weights;  // float32

  // Cubic interpolation (a = -0.75) between pixel centres, edges repeated, no low-pass when
  // reducing: what OpenCV's INTER_CUBIC computes. Its kernel for float32 pictures has exact
  // positions, that for float64 rounds them to float32: float_positions. (libtorch's own kernel
  // computes positions in float32 altogether, which moves samples by up to 1e-4 of the range.)
  static AxisTaps cubic(std::int64_t from, std::int64_t to, at::Device device,
                        bool float_positions);

  // The mean over what each output sample covers, for reducing: what OpenCV's INTER_AREA computes.
  static AxisTaps area(std::int64_t from, std::int64_t to, at::Device device);

  // Linear interpolation at the given input positions, clamped to the ends.
  static AxisTaps linear(const std::vector<double>& positions, std::int64_t from,
                         at::Device device);
};

// x of any type along dimension dim, as dtype (floating point). Runs on the taps' device.
[[nodiscard]] at::Tensor resample(const at::Tensor& x, std::int64_t dim, const AxisTaps& taps,
                                  at::ScalarType dtype);

}  // namespace relievo::nets
