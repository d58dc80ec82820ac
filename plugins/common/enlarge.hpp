// Bilinear enlarging with align_corners, the way dense prediction heads enlarge their maps.
#pragma once

#include <cstdint>
#include <memory>

#include "plugins/common/cuda_kernel.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

struct MapSize {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

// By the library's kernel: any device and type. map [n, channels, rows, columns].
[[nodiscard]] at::Tensor enlarge_bilinear(const at::Tensor& map, MapSize size);

// The same, for maps with channels last in half precision on CUDA by a kernel of our own, which
// takes as long as writing the result does. Thread: the one that owns the network.
class Enlarger {
 public:
  Enlarger() = default;
  Enlarger(at::Device device, at::ScalarType type);

  // What its kernel is compiled from, for a type of half precision.
  [[nodiscard]] static CudaKernel::Code code(at::ScalarType type);

  [[nodiscard]] at::Tensor operator()(const at::Tensor& map, MapSize size) const;

 private:
  std::shared_ptr<const CudaKernel> kernel_;
};

}  // namespace relievo::nets
