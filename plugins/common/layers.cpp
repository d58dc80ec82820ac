#include "plugins/common/layers.hpp"

#include "plugins/common/cpu_linear.hpp"

namespace relievo::nets {

Linear::Linear(const NamedWeights& w, std::int64_t in, std::int64_t out, bool with_bias)
    : weight(w.get("weight", {out, in})) {
  if (with_bias) bias = w.get("bias", {out});
}

Linear::Linear(const NamedWeights& w, std::int64_t in, std::int64_t out, const at::Tensor& scale)
    : weight(w.place(w.take("weight", {out, in}).mul(scale.unsqueeze(1)))),
      bias(w.place(w.take("bias", {out}).mul(scale))) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  auto y = onednn_linear(x, weight, bias, Activation::kNone);
  return y.defined() ? y : at::linear(x, weight, bias);
}

at::Tensor Linear::gelu(const at::Tensor& x) const {
  if (x.is_cuda() && x.scalar_type() != at::kFloat && bias.defined()) {
    auto shape = x.sizes().vec();
    shape.back() = weight.size(0);
    return at::_addmm_activation(bias, x.reshape({-1, x.size(-1)}), weight.t(), 1, 1,
                                 /*use_gelu=*/true)
        .view(shape);
  }
  auto y = onednn_linear(x, weight, bias, Activation::kGelu);
  if (y.defined()) return y;
  y = at::linear(x, weight, bias);
  return at::gelu_(y);
}

LayerNorm::LayerNorm(const NamedWeights& w, std::int64_t channels, double epsilon)
    : weight(w.get("weight", {channels})), bias(w.get("bias", {channels})), eps(epsilon) {}

LayerNorm::LayerNorm(const NamedWeights& w, std::int64_t channels, double epsilon,
                     at::ScalarType input)
    : LayerNorm(w, channels, epsilon) {
  if (input == weight.scalar_type()) return;
  weight = w.take("weight", {channels}).to(weight.device(), input);
  bias = w.take("bias", {channels}).to(bias.device(), input);
}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, weight.sizes(), weight, bias, eps);
}

Conv2d::Conv2d(const NamedWeights& w, std::int64_t in, std::int64_t out, std::int64_t kernel,
               std::int64_t step, std::int64_t pad, bool with_bias)
    : weight(w.get("weight", {out, in, kernel, kernel})), stride(step), padding(pad) {
  if (with_bias) bias = w.get("bias", {out});
}

at::Tensor Conv2d::operator()(const at::Tensor& x) const {
  return at::conv2d(x, weight, bias, stride, padding);
}

at::Tensor Conv2d::relu(const at::Tensor& x) const {
  if (x.is_cuda() && at::globalContext().userEnabledCuDNN() && at::Context::hasCuDNN())
    return at::cudnn_convolution_relu(x, weight, bias, {stride, stride}, {padding, padding}, {1, 1},
                                      /*groups=*/1);
  auto y = (*this)(x);
  return at::relu_(y);
}

PointConv::PointConv(const NamedWeights& w, std::int64_t in, std::int64_t out, bool with_bias) {
  linear.weight = w.place(w.take("weight", {out, in, 1, 1}).reshape({out, in}));
  if (with_bias) linear.bias = w.get("bias", {out});
}

at::Tensor PointConv::operator()(const at::Tensor& x) const {
  return linear(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
}

CellUpsample::CellUpsample(const NamedWeights& w, std::int64_t in, std::int64_t out_channels,
                           std::int64_t scale, bool with_bias)
    : factor(scale), out(out_channels) {
  // [in, out, ky, kx] to rows in the order ky, kx, out.
  weight = w.place(w.take("weight", {in, out, factor, factor})
                       .permute({2, 3, 1, 0})
                       .reshape({factor * factor * out, in}));
  if (with_bias) bias = w.place(w.take("bias", {out}).repeat({factor * factor}));
}

at::Tensor CellUpsample::cells(const at::Tensor& x) const {
  return at::linear(x.permute({0, 2, 3, 1}), weight, bias)
      .view({x.size(0), x.size(2), x.size(3), factor, factor, out})
      .permute({0, 1, 3, 2, 4, 5});
}

at::Tensor CellUpsample::operator()(const at::Tensor& x) const {
  return cells(x)
      .reshape({x.size(0), x.size(2) * factor, x.size(3) * factor, out})
      .permute({0, 3, 1, 2});
}

at::Tensor CellUpsample::plus(const at::Tensor& x, const at::Tensor& map) const {
  const auto same = map.permute({0, 2, 3, 1});
  return same.reshape({x.size(0), x.size(2), factor, x.size(3), factor, out})
      .add(cells(x))
      .reshape(same.sizes())
      .permute({0, 3, 1, 2});
}

at::Tensor map_of_tokens(const at::Tensor& tokens, std::int64_t rows, std::int64_t columns) {
  return tokens.reshape({tokens.size(0), rows, columns, tokens.size(2)}).permute({0, 3, 1, 2});
}

at::Tensor tokens_of_map(const at::Tensor& map) {
  return map.permute({0, 2, 3, 1}).reshape({map.size(0), map.size(2) * map.size(3), map.size(1)});
}

}  // namespace relievo::nets
