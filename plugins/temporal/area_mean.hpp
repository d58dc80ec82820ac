// Maps in a smaller size, on tensors: what OpenCV's INTER_AREA computes.
#pragma once

#include <memory>

#include <opencv2/core.hpp>

#include "plugins/common/cuda_kernel.hpp"
#include "plugins/common/resample.hpp"

namespace relievo::temporal {

// One thread at a time.
class AreaMean {
 public:
  AreaMean() = default;
  AreaMean(cv::Size from, cv::Size to, at::Device device);

  // What its kernel is compiled from.
  [[nodiscard]] static nets::CudaKernel::Code code();
  // Whether it is a kernel of our own.
  [[nodiscard]] bool is_kernel() const { return kernel_ != nullptr; }
  // Two maps [rows, columns] of float32, contiguous, on the device: [2, rows, columns] of the means
  // over what each pixel covers; NaN where any of it is.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& first, const at::Tensor& second) const;

 private:
  cv::Size to_;
  nets::AxisTaps rows_, columns_;
  std::shared_ptr<const nets::CudaKernel> kernel_;
};

}  // namespace relievo::temporal
