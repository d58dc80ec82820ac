// The sum that runs through the blocks of a transformer, and the layer norms that its blocks read
// it by: on CUDA in one pass over memory, which is all that either costs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "plugins/common/cuda_kernel.hpp"
#include "plugins/common/layers.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// Thread: the one that owns the network.
class SumNorm {
 public:
  SumNorm() = default;
  // For sums of `width` numbers a token, of type `sum`; result: the type that the norms are wanted
  // in, and of what is added.
  SumNorm(at::Device device, std::int64_t width, at::ScalarType sum, at::ScalarType result);

  // What its kernel is compiled from, where there can be one: result in half precision, width a
  // multiple of 128 up to 2048.
  [[nodiscard]] static std::optional<CudaKernel::Code> code(std::int64_t width, at::ScalarType sum,
                                                            at::ScalarType result);
  // Whether it is one pass: in half precision on CUDA. Then a sum in float32 costs less than one in
  // float16 does in two, and the norms' weights must be float32.
  [[nodiscard]] bool is_one_pass() const { return kernel_ != nullptr; }

  // What else reading does on the way.
  struct Reading {
    at::Tensor positions;      // [length or more, width] of the result's type, or undefined: added
                               // to the tokens of each n
    std::int64_t skipped = 0;  // the first tokens of each n, left out
  };
  // sum [n, length, width], contiguous, += added (the same shape); then read().
  [[nodiscard]] at::Tensor add(const at::Tensor& sum, const at::Tensor& added,
                               const LayerNorm& norm, const at::Tensor& positions = {}) const;
  // norm(sum): [n, length - skipped, width], contiguous.
  [[nodiscard]] at::Tensor read(const at::Tensor& sum, const LayerNorm& norm,
                                const Reading& reading = {at::Tensor(), 0}) const;

 private:
  [[nodiscard]] at::Tensor launch(const at::Tensor& sum, const at::Tensor& added,
                                  const LayerNorm& norm, const Reading& reading) const;

  at::ScalarType result_ = at::kFloat;
  std::shared_ptr<const CudaKernel> kernel_;
};

}  // namespace relievo::nets
