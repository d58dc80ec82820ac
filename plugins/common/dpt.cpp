#include "plugins/common/dpt.hpp"

namespace relievo::nets {

ResidualConvUnit::ResidualConvUnit(const NamedWeights& w, std::int64_t channels)
    : conv1(w["conv1"], channels, channels, 3, 1, 1),
      conv2(w["conv2"], channels, channels, 3, 1, 1) {}

at::Tensor ResidualConvUnit::operator()(const at::Tensor& x) const {
  auto inner = conv1(at::relu(x));
  at::relu_(inner);
  return conv2(inner).add_(x);
}

FeatureFusionBlock::FeatureFusionBlock(const NamedWeights& w, std::int64_t channels, bool has_finer)
    : unit2(w["resConfUnit2"], channels), out_conv(w["out_conv"], channels, channels) {
  if (has_finer)
    unit1 = ResidualConvUnit(w["resConfUnit1"], channels);
  else
    w.skip("resConfUnit1");
}

at::Tensor FeatureFusionBlock::operator()(at::Tensor coarse, const at::Tensor& finer,
                                          MapSize size) const {
  if (finer.defined()) coarse.add_(finer);
  // The 1x1 convolution before the enlarging rather than after: both are linear, the weights of the
  // interpolation sum to one, and there are a quarter of the cells.
  return enlarge(out_conv(unit2(coarse)), size);
}

at::Tensor enlarge(const at::Tensor& map, MapSize size) {
  return at::upsample_bilinear2d(map, {size.rows, size.columns}, /*align_corners=*/true);
}

}  // namespace relievo::nets
