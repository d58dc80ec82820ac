// The average of a frame and its past, on tensors: blend.hpp's, in libtorch's operators.
#pragma once

#include "blend.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::temporal {

struct TensorBlended {
  at::Tensor map;    // [rows, columns]
  at::Tensor drift;  // [6] of float64 on the CPU once the device's work so far is done: Moments
};

// map, past [rows, columns] of float32; track [4, small rows, small columns]: as blend()'s; x [1,
// columns] and y [rows, 1]: 0, 1, 2 ... All on one device.
[[nodiscard]] TensorBlended blend(const at::Tensor& map, const Alignment& fit,
                                  const at::Tensor& past, const at::Tensor& track,
                                  const at::Tensor& x, const at::Tensor& y,
                                  const DepthChange& change, const BlendOptions& options);

}  // namespace relievo::temporal
