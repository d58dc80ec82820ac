#include "plugins/depth_pro/decoder.hpp"

#include <utility>

#include <relievo/sdk/error.hpp>

namespace relievo::depth_pro {

using nets::NamedWeights;

ResidualBranch::ResidualBranch(const NamedWeights& w, std::int64_t channels)
    : conv1(w["residual"][1], channels, channels, 3, 1, 1),
      conv2(w["residual"][3], channels, channels, 3, 1, 1) {}

at::Tensor ResidualBranch::operator()(const at::Tensor& x) const {
  return of_relu(at::relu(x));
}

at::Tensor ResidualBranch::of_relu(at::Tensor relu) const {
  const auto hidden = conv1.relu(relu);
  relu.reset();  // the finest maps are the most memory of a run
  return conv2(hidden);
}

Decoder::Decoder(const ModelConfig& config, const NamedWeights& w) {
  const auto encoder = w["encoder"];
  const auto decoder = w["decoder"];
  const auto width = config.vit.width;
  const auto features = config.features;
  const auto& dims = config.dims;
  // A step of a chain: name.index.weight [in, out, 2, 2].
  const auto doubling = [&](const std::string& name, std::int64_t index, std::int64_t in,
                            std::int64_t out) {
    return encoder[name][index].take("weight", {in, out, 2, 2});
  };
  const auto smoothing = [&](std::int64_t index, std::int64_t in) {
    return decoder["convs"][index].take("weight", {features, in, 3, 3});
  };

  const std::string latent0 = "upsample_latent0";
  latent0_project_ = nets::PointConv(encoder[latent0][0], width, dims[0], false);
  latent0_up_ = cell_upsample(w,
                              chain(chain(doubling(latent0, 1, dims[0], features),
                                          doubling(latent0, 2, features, features)),
                                    doubling(latent0, 3, features, features)),
                              {});
  const std::string latent1 = "upsample_latent1";
  latent1_project_ = nets::PointConv(encoder[latent1][0], width, dims[0], false);
  latent1_up_ = UpsampleConv(
      w, chain(doubling(latent1, 1, dims[0], dims[0]), doubling(latent1, 2, dims[0], dims[0])),
      smoothing(1, dims[0]));
  level0_project_ = nets::PointConv(encoder["upsample0"][0], width, dims[1], false);
  level0_up_ = UpsampleConv(w, doubling("upsample0", 1, dims[1], dims[1]), smoothing(2, dims[1]));
  const auto project1 = encoder["upsample1"][0].take("weight", {dims[2], width, 1, 1});
  level1_up_ =
      UpsampleConv(w, chain(as_transposed(project1), doubling("upsample1", 1, dims[2], dims[2])),
                   smoothing(3, dims[2]));

  const auto fuse = encoder["fuse_lowres"].take("weight", {dims[3], 2 * dims[3], 1, 1});
  const auto of_level2 = fuse.narrow(1, 0, dims[3]);
  const auto of_image = fuse.narrow(1, dims[3], dims[3]);
  const auto project2 = encoder["upsample2"][0].take("weight", {dims[3], width, 1, 1});
  level2_up_ = cell_upsample(
      w,
      chain(chain(as_transposed(project2), doubling("upsample2", 1, dims[3], dims[3])),
            as_transposed(of_level2)),
      {});
  const auto lowres = encoder["upsample_lowres"];
  image_up_ = cell_upsample(
      w, chain(lowres.take("weight", {width, dims[3], 2, 2}), as_transposed(of_image)),
      encoder["fuse_lowres"]
          .take("bias", {dims[3]})
          .add(of_image.reshape({dims[3], dims[3]}).matmul(lowres.take("bias", {dims[3]}))));
  lowest_ = nets::Conv2d(decoder["convs"][4], dims[3], features, 3, 1, 1, /*with_bias=*/false);

  for (std::int64_t i = 4; i >= 0; --i) {
    const auto from = decoder["fusions"][i];
    auto& fusion = fusions_.at(static_cast<std::size_t>(i));
    if (i == 4)
      from.skip("resnet1.");  // nothing coarser joins there; it is in every checkpoint
    else
      fusion.finer = ResidualBranch(from["resnet1"], features);
    fusion.joint = ResidualBranch(from["resnet2"], features);
    if (i == 0) continue;
    const auto out = from["out_conv"].take("weight", {features, features, 1, 1});
    fusion.up = cell_upsample(
        w, chain(from["deconv"].take("weight", {features, features, 2, 2}), as_transposed(out)),
        from["out_conv"].take("bias", {features}));
  }
}

Decoder::Maps Decoder::operator()(Encodings encodings, const RunOptions& options) const {
  auto lowest = level2_up_(std::exchange(encodings.level2, {}));
  lowest.add_(image_up_(std::exchange(encodings.image, {})));
  options.show("encoder.fuse_lowres", lowest);
  lowest = lowest_(lowest);
  options.show("decoder.convs.4", lowest);

  auto x = lowest.clone();
  constexpr int kLevels = 5;
  for (int i = kLevels - 1; i >= 0; --i) {
    const auto& fusion = fusions_.at(static_cast<std::size_t>(i));
    at::Tensor finer;
    if (i == 3)
      finer = level1_up_(std::exchange(encodings.level1, {}));
    else if (i == 2)
      finer = level0_up_(level0_project_(std::exchange(encodings.level0, {})));
    else if (i == 1)
      finer = latent1_up_(latent1_project_(std::exchange(encodings.latent1, {})));
    else if (i == 0)
      finer = latent0_up_(latent0_project_(std::exchange(encodings.latent0, {})));
    if (finer.defined()) {
      options.show(i == 0 ? "encoder.upsample_latent0" : concat("decoder.convs.", i), finer);
      const auto& up = fusions_.at(static_cast<std::size_t>(i) + 1).up;
      if (options.look) options.show(concat("decoder.fusions.", i + 1), up(x));
      x = up.plus(x, finer);
      finer = options.look ? at::relu(finer) : at::relu_(finer);
      x.add_(fusion.finer.of_relu(std::exchange(finer, {})));
    }
    x.add_(fusion.joint(x));
    if (i == 0) options.show("decoder.fusions.0.resnet2", x);
    // Each level has four times the pixels of the one before.
    constexpr std::array<double, kLevels> kDone{0.85, 0.25, 0.1, 0.05, 0.02};
    options.tell(kEncoderShare + (1.0 - kEncoderShare) * kDone.at(static_cast<std::size_t>(i)));
  }
  return {std::move(x), std::move(lowest)};
}

}  // namespace relievo::depth_pro
