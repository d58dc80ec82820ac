#include "plugins/common/dpt.hpp"

namespace relievo::nets {

ResidualConvUnit::ResidualConvUnit(const NamedWeights& w, std::int64_t channels)
    : conv1(w["conv1"], channels, channels, 3, 1, 1),
      conv2(w["conv2"], channels, channels, 3, 1, 1) {}

at::Tensor ResidualConvUnit::operator()(const at::Tensor& x) const {
  return conv2(conv1.relu(at::relu(x))).add_(x);
}

FeatureFusionBlock::FeatureFusionBlock(const NamedWeights& w, std::int64_t channels, bool has_finer)
    : unit2(w["resConfUnit2"], channels),
      out_conv(w["out_conv"], channels, channels),
      enlarge(out_conv.linear.weight.device(), w.dtype()) {
  if (has_finer)
    unit1 = ResidualConvUnit(w["resConfUnit1"], channels);
  else
    w.skip("resConfUnit1");
  // What unit2 adds to every cell goes through out_conv alone, so out_conv can add it: one pass
  // over the map less.
  const auto last = w["resConfUnit2"]["conv2"].take("bias", {channels});
  const auto out = w["out_conv"];
  const auto matrix = out.take("weight", {channels, channels, 1, 1}).reshape({channels, channels});
  out_conv.linear.bias = out.place(out.take("bias", {channels}).add(at::mv(matrix, last)));
  unit2.conv2.bias.reset();
}

at::Tensor FeatureFusionBlock::operator()(at::Tensor coarse, const at::Tensor& finer,
                                          MapSize size) const {
  if (finer.defined()) coarse.add_(finer);
  // The 1x1 convolution before the enlarging rather than after: both are linear, the weights of the
  // interpolation sum to one, and there are a quarter of the cells.
  return enlarge(out_conv(unit2(coarse)), size);
}

}  // namespace relievo::nets
