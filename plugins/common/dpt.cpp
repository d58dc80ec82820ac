#include "plugins/common/dpt.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::nets {

ResidualConvUnit::ResidualConvUnit(const NamedWeights& w, std::int64_t channels)
    : conv1(w["conv1"], channels, channels, 3, 1, 1),
      conv2(w["conv2"], channels, channels, 3, 1, 1) {}

at::Tensor ResidualConvUnit::operator()(const at::Tensor& x) const {
  return conv2(conv1.relu(at::relu(x))).add_(x);
}

FeatureFusionBlock::FeatureFusionBlock(const NamedWeights& w, std::int64_t channels, bool has_finer)
    : unit2(w["resConfUnit2"], channels), out_conv(w["out_conv"], channels, channels) {
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

at::Tensor enlarge_bilinear(const at::Tensor& map, MapSize size) {
  return at::upsample_bilinear2d(map, {size.rows, size.columns}, /*align_corners=*/true);
}

const at::Tensor& Enlarger::weights_of(Matrix& kept, std::int64_t from, std::int64_t to,
                                       const at::TensorOptions& options) {
  if (kept.weights.defined() && kept.from == from && kept.to == to) return kept.weights;
  auto weights = at::zeros({to, from}, at::TensorOptions(at::kFloat));
  auto* row = weights.data_ptr<float>();
  const double cells = to > 1 ? static_cast<double>(from - 1) / static_cast<double>(to - 1) : 0.0;
  for (std::int64_t i = 0; i < to; ++i, row += from) {
    const double position = static_cast<double>(i) * cells;
    const auto cell =
        std::min(static_cast<std::int64_t>(position), std::max<std::int64_t>(from - 2, 0));
    // In steps that float16 has below one, so that both weights are exact and their sum is one.
    constexpr double kSteps = 2048.0;
    const auto share = std::nearbyint((position - static_cast<double>(cell)) * kSteps) / kSteps;
    row[cell] = static_cast<float>(1.0 - share);
    if (share > 0.0) row[cell + 1] = static_cast<float>(share);
  }
  kept = {weights.to(options), from, to};
  return kept.weights;
}

at::Tensor Enlarger::operator()(const at::Tensor& map, MapSize size) const {
  if (!map.is_cuda() || map.scalar_type() != at::kHalf) return enlarge_bilinear(map, size);
  const auto n = map.size(0);
  const auto channels = map.size(1);
  const auto rows = map.size(2);
  const auto columns = map.size(3);
  const auto& along_columns = weights_of(columns_, columns, size.columns, map.options());
  const auto& along_rows = weights_of(rows_, rows, size.rows, map.options());
  const auto cells = map.permute({0, 2, 3, 1});
  const auto widen = [&](const at::Tensor& x) {  // [n, r, columns, channels]
    const auto lines = n * x.size(1);
    return at::bmm(along_columns.expand({lines, size.columns, columns}),
                   x.reshape({lines, columns, channels}))
        .view({n, x.size(1), size.columns, channels});
  };
  const auto heighten = [&](const at::Tensor& x) {  // [n, rows, c, channels]
    return at::bmm(along_rows.expand({n, size.rows, rows}),
                   x.reshape({n, rows, x.size(2) * channels}))
        .view({n, size.rows, x.size(2), channels});
  };
  // The second product is the larger one. That along the rows is the better one, unless its matrix
  // has lines of odd length.
  constexpr std::int64_t kAligned = 8;
  const auto large = rows % kAligned == 0 ? heighten(widen(cells)) : widen(heighten(cells));
  return large.permute({0, 3, 1, 2});
}

}  // namespace relievo::nets
