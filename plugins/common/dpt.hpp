// The parts of a dense prediction head (Ranftl et al. 2021, https://arxiv.org/abs/2103.13413) as
// Depth Anything builds it.
#pragma once

#include <array>
#include <cstdint>

#include "plugins/common/layers.hpp"

namespace relievo::nets {

struct MapSize {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

// input + conv(relu(conv(relu(input)))).
struct ResidualConvUnit {
  Conv2d conv1;
  Conv2d conv2;

  ResidualConvUnit() = default;
  ResidualConvUnit(const NamedWeights& w, std::int64_t channels);
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
};

// Bilinear with align_corners, the way these heads enlarge their maps. In float16 on CUDA as two
// matrix products: the library's kernel for channels-last maps takes two to four
// times as long (H200, PyTorch 2.11). Keeps the matrices of the last size. Not thread-safe.
class Enlarger {
 public:
  [[nodiscard]] at::Tensor operator()(const at::Tensor& map, MapSize size) const;

 private:
  struct Matrix {
    at::Tensor weights;  // [to, from]
    std::int64_t from = 0;
    std::int64_t to = 0;
  };
  static const at::Tensor& weights_of(Matrix& kept, std::int64_t from, std::int64_t to,
                                      const at::TensorOptions& options);

  mutable Matrix rows_;
  mutable Matrix columns_;
};

// One step from coarse to fine.
struct FeatureFusionBlock {
  ResidualConvUnit
      unit1;  // of the finer map, done by the caller: it does not depend on the coarser
  ResidualConvUnit unit2;
  PointConv out_conv;
  Enlarger enlarge;

  FeatureFusionBlock() = default;
  // The coarsest block has no finer input; its first unit is in the checkpoint and never used.
  FeatureFusionBlock(const NamedWeights& w, std::int64_t channels, bool has_finer);
  // coarse: owned by the call and overwritten. finer: what unit1 made, or undefined.
  [[nodiscard]] at::Tensor operator()(at::Tensor coarse, const at::Tensor& finer,
                                      MapSize size) const;
};

// The same by the library's kernel.
[[nodiscard]] at::Tensor enlarge_bilinear(const at::Tensor& map, MapSize size);

}  // namespace relievo::nets
