#include "tensor_blend.hpp"

#include <ATen/ops/grid_sampler_2d.h>

#include "plugins/common/transfer.hpp"

namespace relievo::temporal {
namespace {

// The past where each pixel was, bilinear, held inside the map.
at::Tensor fetched(const at::Tensor& past, const at::Tensor& at_x, const at::Tensor& at_y) {
  // Places as the operator wants them: -1 to 1 between the outermost pixels.
  const auto normalised = [](const at::Tensor& at, std::int64_t size) {
    return at.mul(2.0 / static_cast<double>(std::max<std::int64_t>(size - 1, 1))).sub_(1.0);
  };
  const auto grid = at::stack({normalised(at_x, past.size(1)), normalised(at_y, past.size(0))}, 2);
  constexpr std::int64_t kBilinear = 0, kBorder = 1;
  return at::grid_sampler_2d(past.unsqueeze(0).unsqueeze(0), grid.unsqueeze(0), kBilinear, kBorder,
                             /*align_corners=*/true)
      .squeeze(0)
      .squeeze(0);
}

// Every other pixel of every other row is enough.
at::Tensor thinned(const at::Tensor& map) {
  return map.slice(0, 0, map.size(0), 2).slice(1, 0, map.size(1), 2);
}

at::Tensor moments(const at::Tensor& expected, const at::Tensor& result, const at::Tensor& weight,
                   double floor) {
  const auto a = thinned(expected), b = thinned(result), w = thinned(weight);
  const auto counts = w.gt(0);
  // Where the weight is none, what is not a number must not count either.
  const auto known = [&](const at::Tensor& of) {
    return at::where(counts, of, 0.0);
  };
  const auto x = known(a), y = known(b);
  const auto n = known(w.div(a.square().add_(floor * floor + 1e-30)));
  const auto nx = n.mul(x), ny = n.mul(y);
  return at::stack({n, nx, ny, nx.mul(x), nx.mul(y), ny.mul(y)})
      .flatten(1)
      .sum({1}, /*keepdim=*/false, x.is_mps() ? at::kFloat : at::kDouble);
}

}  // namespace

TensorBlended blend(const at::Tensor& map, const Alignment& fit, const at::Tensor& past,
                    const at::Tensor& track, const at::Tensor& x, const at::Tensor& y,
                    const DepthChange& change, const BlendOptions& options) {
  const auto large = at::upsample_bilinear2d(track.unsqueeze(0), {map.size(0), map.size(1)},
                                             /*align_corners=*/false)
                         .squeeze(0);
  const auto grow = [](std::int64_t size, std::int64_t small) {
    return static_cast<double>(size) / static_cast<double>(small);
  };
  const auto at_x = large.select(0, 0).mul_(grow(map.size(1), track.size(2))).add_(x);
  const auto at_y = large.select(0, 1).mul_(grow(map.size(0), track.size(1))).add_(y);
  const auto trust = large.select(0, 2), still = large.select(0, 3);

  auto expected = fetched(past, at_x, at_y);
  const auto factor = x.mul(change.along_x)
                          .add(y.mul(change.along_y))
                          .add(expected, change.near)
                          .add_(change.constant)
                          .clamp_(0.8, 1.25);
  expected.mul_(factor);

  const auto value = map.mul(fit.scale).add_(fit.shift);
  const auto difference = expected.sub(value);
  const auto jump =
      difference.div(expected.abs().add_(options.floor).mul_(options.edge)).square_().add_(1);
  // Falls from 1 at no jump to 1/4 at a jump of one.
  const auto near = jump.reciprocal().square_();
  const auto moved = value.addcmul(trust.mul(near), difference, options.strength);
  const auto finite = moved.isfinite();
  auto result = at::where(finite, moved, value);
  const auto weight = at::where(finite, still.mul(near), 0.0);
  return {result, nets::start_to_host(moments(expected, result, weight, options.floor))};
}

}  // namespace relievo::temporal
