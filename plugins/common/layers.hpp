// The few kinds of layers that the depth networks are made of, for inference only: plain tensors
// and a call.
#pragma once

#include <cstdint>

#include "plugins/common/named_weights.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

struct Linear {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out], or undefined

  Linear() = default;
  Linear(const NamedWeights& w, std::int64_t in, std::int64_t out, bool with_bias = true);
  // With each output multiplied by scale [out]: a layer scale that follows costs nothing.
  Linear(const NamedWeights& w, std::int64_t in, std::int64_t out, const at::Tensor& scale);

  // [..., in] to [..., out].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  // GELU of it, exact in float32. In half precision on CUDA it is part of the matrix product, which
  // has the tanh form: the two differ by less than a unit of half precision.
  [[nodiscard]] at::Tensor gelu(const at::Tensor& x) const;
};

struct LayerNorm {
  at::Tensor weight;
  at::Tensor bias;
  double eps = 1e-5;

  LayerNorm() = default;
  LayerNorm(const NamedWeights& w, std::int64_t channels, double epsilon);
  // For input of another type than the network's precision.
  LayerNorm(const NamedWeights& w, std::int64_t channels, double epsilon, at::ScalarType input);

  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
};

// Maps are [frames, channels, rows, columns] with channels last in memory.
struct Conv2d {
  at::Tensor weight;  // [out, in, k, k]
  at::Tensor bias;
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  Conv2d() = default;
  Conv2d(const NamedWeights& w, std::int64_t in, std::int64_t out, std::int64_t kernel,
         std::int64_t step, std::int64_t pad, bool with_bias = true);

  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  // ReLU of it; one kernel where cuDNN has one.
  [[nodiscard]] at::Tensor relu(const at::Tensor& x) const;
};

// A 1x1 convolution: the same as a Linear over the channels, and run as one.
struct PointConv {
  Linear linear;

  PointConv() = default;
  PointConv(const NamedWeights& w, std::int64_t in, std::int64_t out, bool with_bias = true);

  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
};

// A transposed convolution whose stride is its kernel: each cell becomes factor x factor cells, so
// it is a Linear and a rearrangement.
struct CellUpsample {
  at::Tensor weight;  // [factor * factor * out, in]
  at::Tensor bias;    // [factor * factor * out], or undefined
  std::int64_t factor = 1;
  std::int64_t out = 0;

  CellUpsample() = default;
  CellUpsample(const NamedWeights& w, std::int64_t in, std::int64_t out_channels,
               std::int64_t scale, bool with_bias = true);

  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  // map, which has the size of the output, plus the output: in one pass over it.
  [[nodiscard]] at::Tensor plus(const at::Tensor& x, const at::Tensor& map) const;

 private:
  // [frames, rows, factor, columns, factor, out], not contiguous.
  [[nodiscard]] at::Tensor cells(const at::Tensor& x) const;
};

// [frames, rows * columns, channels] as the map [frames, channels, rows, columns], without a copy
// where the tokens are contiguous, and back.
[[nodiscard]] at::Tensor map_of_tokens(const at::Tensor& tokens, std::int64_t rows,
                                       std::int64_t columns);
[[nodiscard]] at::Tensor tokens_of_map(const at::Tensor& map);

}  // namespace relievo::nets
