#include "plugins/depth_pro/head.hpp"

namespace relievo::depth_pro {

using nets::NamedWeights;

DepthHead::DepthHead(const ModelConfig& config, const NamedWeights& w) {
  const auto features = config.features;
  const auto half = features / 2;
  const auto head = w["head"];

  const auto out_conv = w["decoder"]["fusions"][0]["out_conv"];
  const auto mixing =
      out_conv.take("weight", {features, features, 1, 1}).reshape({features, features});
  const auto first = head[0].take("weight", {half, features, 3, 3});
  const auto composed = first.permute({0, 2, 3, 1})
                            .reshape({half * 9, features})
                            .mm(mixing)
                            .view({half, 3, 3, features})
                            .permute({0, 3, 1, 2});
  first_edge_ = EdgeBias(w, first, out_conv.take("bias", {features}));
  first_.weight = w.place(composed);
  first_.bias = w.place(head[0].take("bias", {half}).add(first_edge_.inner()));
  first_.padding = 1;

  const auto second = head[2].take("weight", {config.last, half, 3, 3});
  tail_ = UpsampleConv(w, head[1].take("weight", {half, half, 2, 2}), second);
  tail_edge_ = EdgeBias(w, second, head[1].take("bias", {half}));
  tail_bias_ = w.place(head[2].take("bias", {config.last}).add(tail_edge_.inner()));

  const auto device = tail_bias_.device();
  last_.weight =
      head[4].take("weight", {1, config.last, 1, 1}).reshape({1, config.last}).to(device);
  last_.bias = head[4].take("bias", {1}).to(device);
}

at::Tensor DepthHead::operator()(const at::Tensor& features, const RunOptions& options) const {
  auto x = first_(features);
  first_edge_.correct(x);
  options.show("head.0", x);
  const auto n = x.size(0);
  const auto rows = x.size(2);
  const auto columns = x.size(3);
  auto depth = at::empty({n, 2 * rows, 2 * columns}, x.options().dtype(at::kFloat));
  const auto cells = depth.view({n, rows, 2, columns, 2});
  for (const auto& group : tail_.groups()) {
    auto y = tail_.compute(group, x, tail_bias_);
    tail_edge_.correct(y, {group.sees_above, group.sees_below, group.sees_left, group.sees_right});
    at::relu_(y);
    cells.select(4, group.first_column)
        .select(2, group.first_row)
        .copy_(last_(y.permute({0, 2, 3, 1}).to(at::kFloat)).squeeze(3));
  }
  return at::relu_(depth);
}

FieldOfView::FieldOfView(const ModelConfig& config, const NamedWeights& w)
    : config_(config), encoder_(config.vit, w["encoder"][0]) {
  const auto features = config.features;
  project_ = nets::Linear(w["encoder"][1], config.vit.width, features / 2);
  downsample_ = nets::Conv2d(w["downsample"][0], features, features / 2, 3, 2, 1);
  conv0_ = nets::Conv2d(w["head"][0], features / 2, features / 4, 3, 2, 1);
  conv2_ = nets::Conv2d(w["head"][2], features / 4, features / 8, 3, 2, 1);
  last_ = nets::Conv2d(w["head"][4], features / 8, 1, config.vit.grid / 4, 1, 0);
}

at::Tensor FieldOfView::operator()(const at::Tensor& pictures, const at::Tensor& lowest,
                                   const RunOptions& options) const {
  // Its last convolution spans the encoder's own grid, so at any working size it sees pictures of
  // that.
  const auto grid = config_.vit.grid;
  const auto tokens =
      encoder_(shrunk(pictures, grid * config_.vit.patch), {{config_.vit.depth - 1, true}})[0];
  options.show("fov.encoder.0.norm", tokens);
  auto x = project_(tokens);
  options.show("fov.encoder.1", x);
  const auto low = downsample_.relu(lowest);
  options.show("fov.downsample", low);
  x = nets::map_of_tokens(x, grid, grid).add(shrunk(low, grid));
  return last_(conv2_.relu(conv0_.relu(x))).to(at::kFloat).reshape({pictures.size(0)});
}

}  // namespace relievo::depth_pro
