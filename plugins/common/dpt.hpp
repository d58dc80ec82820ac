// The parts of a dense prediction head (Ranftl et al. 2021, https://arxiv.org/abs/2103.13413) as
// Depth Anything builds it.
#pragma once

#include <cstdint>

#include "plugins/common/enlarge.hpp"
#include "plugins/common/layers.hpp"

namespace relievo::nets {

// input + conv(relu(conv(relu(input)))).
struct ResidualConvUnit {
  Conv2d conv1;
  Conv2d conv2;

  ResidualConvUnit() = default;
  ResidualConvUnit(const NamedWeights& w, std::int64_t channels);
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
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

}  // namespace relievo::nets
