// The average of a frame and its past, on tensors: what blend() of blend.hpp computes, by a kernel
// of our own on CUDA, by libtorch's operators elsewhere.
#pragma once

#include <memory>

#include "blend.hpp"
#include "plugins/common/cuda_kernel.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::temporal {

struct TensorBlended {
  at::Tensor map;    // [rows, columns]
  at::Tensor drift;  // [parts, 6] of float64 or float32 on the CPU once the device's work so far is
                     // done: Moments, in parts
};

// One thread at a time.
class TensorBlend {
 public:
  TensorBlend() = default;
  // For maps of this size.
  TensorBlend(cv::Size size, at::Device device);

  // What its kernel is compiled from.
  [[nodiscard]] static nets::CudaKernel::Code code();
  // Whether it is a kernel of our own.
  [[nodiscard]] bool is_kernel() const { return kernel_ != nullptr; }
  // map, past [rows, columns] of float32, contiguous; track [small rows, small columns, 4]; as
  // blend()'s, all on the device.
  [[nodiscard]] TensorBlended operator()(const at::Tensor& map, const Alignment& fit,
                                         const at::Tensor& past, const at::Tensor& track,
                                         const DepthChange& change,
                                         const BlendOptions& options) const;

 private:
  [[nodiscard]] TensorBlended launch(const at::Tensor& map, const Alignment& fit,
                                     const at::Tensor& past, const at::Tensor& track,
                                     const DepthChange& change, const BlendOptions& options) const;

  at::Tensor x_, y_;  // [1, columns] and [rows, 1]: the pixels' places
  std::shared_ptr<const nets::CudaKernel> kernel_;
};

}  // namespace relievo::temporal
