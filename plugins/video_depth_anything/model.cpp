#include "plugins/video_depth_anything/model.hpp"

#include <algorithm>
#include <utility>

#include <relievo/sdk/error.hpp>

namespace relievo::video_depth_anything {

using nets::MapSize;

ModelConfig ModelConfig::named(const std::string& size, bool temporal) {
  if (size == "small")
    return {nets::VitConfig::small(), {2, 5, 8, 11}, 64, {48, 96, 192, 384}, temporal};
  if (size == "base")
    return {nets::VitConfig::base(), {2, 5, 8, 11}, 128, {96, 192, 384, 768}, temporal};
  if (size == "large")
    return {nets::VitConfig::large(), {4, 11, 17, 23}, 256, {256, 512, 1024, 1024}, temporal};
  fail(RLV_E_CONFIG, "there is no size '", size, "' of this model; there are small, base, large");
}

DepthNetwork::DepthNetwork(const ModelConfig& config, const NamedWeights& w)
    : config_(config), pretrained_(config.backbone, w["pretrained"]) {
  const auto head = w[config.temporal ? "head" : "depth_head"];
  const auto& channels = config.out_channels;
  const auto width = config.backbone.width;
  const auto features = config.features;
  for (std::size_t i = 0; i < 4; ++i)
    projects_.at(i) =
        nets::PointConv(head["projects"][static_cast<std::int64_t>(i)], width, channels.at(i));
  resize_layer0_ = nets::CellUpsample(head["resize_layers"][0], channels[0], channels[0], 4);
  resize_layer1_ = nets::CellUpsample(head["resize_layers"][1], channels[1], channels[1], 2);
  resize_layer3_ = nets::Conv2d(head["resize_layers"][3], channels[3], channels[3], 3, 2, 1);
  const auto scratch = head["scratch"];
  for (std::size_t i = 0; i < 4; ++i)
    layer_rn_.at(i) = nets::Conv2d(scratch[concat("layer", i + 1, "_rn")], channels.at(i), features,
                                   3, 1, 1, /*with_bias=*/false);
  refinenet1_ = nets::FeatureFusionBlock(scratch["refinenet1"], features, true);
  refinenet2_ = nets::FeatureFusionBlock(scratch["refinenet2"], features, true);
  refinenet3_ = nets::FeatureFusionBlock(scratch["refinenet3"], features, true);
  refinenet4_ = nets::FeatureFusionBlock(scratch["refinenet4"], features, false);
  output_conv1_ = nets::Conv2d(scratch["output_conv1"], features, features / 2, 3, 1, 1);
  const auto last = scratch["output_conv2"];
  output_conv2_0_ = nets::Conv2d(last[0], features / 2, 32, 3, 1, 1);
  const auto device = output_conv2_0_.weight.device();
  enlarge_ = nets::Enlarger(device, w.dtype());
  output_conv2_2_.weight = last[2].take("weight", {1, 32, 1, 1}).reshape({1, 32}).to(device);
  // There the library multiplies float16 to float32.
  if (device.is_cuda() && w.dtype() == at::kHalf)
    output_conv2_2_.weight = output_conv2_2_.weight.to(at::kHalf);
  output_conv2_2_.bias = last[2].take("bias", {1}).to(device);
  if (!config.temporal) return;
  // Their numbers are normed and small: where bfloat16 is wanted for its range, they still do with
  // float16, which has eight times its resolution and costs the same on such a card.
  const bool finer = device.is_cuda() && w.dtype() == at::kBFloat16;
  const auto modules = head["motion_modules"].in(finer ? at::kHalf : w.dtype());
  for (const auto size : {channels[2], channels[3], features, features})
    motion_modules_.emplace_back(modules[static_cast<std::int64_t>(motion_modules_.size())], size);
}

FrameFeatures DepthNetwork::encode(const at::Tensor& pictures) const {
  std::vector<nets::VitTap> taps;
  for (const auto block : config_.taps) taps.push_back({block, /*normed=*/true});
  auto tokens = pretrained_(pictures, taps);
  const auto rows = pictures.size(2) / config_.backbone.patch;
  const auto columns = pictures.size(3) / config_.backbone.patch;
  const auto project = [&](std::size_t i) {
    return projects_.at(i)(nets::map_of_tokens(std::exchange(tokens.at(i), {}), rows, columns));
  };
  FrameFeatures features;
  features.fine1 = refinenet1_.unit1(layer_rn_[0](resize_layer0_(project(0))));
  features.fine2 = refinenet2_.unit1(layer_rn_[1](resize_layer1_(project(1))));
  features.layer3 = project(2);
  features.layer4 = resize_layer3_(project(3));
  return features;
}

at::Tensor DepthNetwork::coarse(const FrameFeatures& features, const Motion& motion) const {
  const auto size_of = [](const at::Tensor& map) {
    return MapSize{map.size(2), map.size(3)};
  };
  auto layer4 = layer_rn_[3](motion(1, features.layer4));
  const auto path4 = motion(2, refinenet4_(std::move(layer4), {}, size_of(features.layer3)));
  const auto finer = refinenet3_.unit1(layer_rn_[2](motion(0, features.layer3)));
  return motion(3, refinenet3_(path4, finer, size_of(features.fine2)));
}

at::Tensor DepthNetwork::finish(at::Tensor path3, const at::Tensor& fine2, const at::Tensor& fine1,
                                MapSize picture) const {
  const MapSize finest{fine1.size(2), fine1.size(3)};
  auto path = refinenet2_(std::move(path3), fine2, finest);
  path = refinenet1_(std::move(path), fine1, {2 * finest.rows, 2 * finest.columns});
  path = output_conv2_0_.relu(enlarge_(output_conv1_(path), picture));
  const auto cells = path.permute({0, 2, 3, 1});
  if (cells.is_cuda() && cells.scalar_type() == at::kHalf) {
    auto depth = at::mm(cells.reshape({-1, cells.size(3)}), output_conv2_2_.weight.t(), at::kFloat)
                     .view({cells.size(0), picture.rows, picture.columns})
                     .add_(output_conv2_2_.bias);
    return at::relu_(depth);
  }
  auto depth = output_conv2_2_(cells.to(at::kFloat)).squeeze(3);
  return at::relu_(depth);
}

at::Tensor DepthNetwork::decode(const FrameFeatures& features, std::int64_t at_once,
                                const Progress& progress) const {
  const auto path3 = coarse(features, [&](std::size_t i, const at::Tensor& map) {
    return config_.temporal ? motion_modules_.at(i)(map) : map;
  });
  const auto frames = path3.size(0);
  const auto patch = config_.backbone.patch;
  const MapSize picture{features.layer3.size(2) * patch, features.layer3.size(3) * patch};
  auto depth =
      at::empty({frames, picture.rows, picture.columns}, path3.options().dtype(at::kFloat));
  for (std::int64_t first = 0; first < frames; first += at_once) {
    if (progress) progress(static_cast<double>(first) / static_cast<double>(frames));
    const auto count = std::min(at_once, frames - first);
    depth.narrow(0, first, count)
        .copy_(finish(path3.narrow(0, first, count), features.fine2.narrow(0, first, count),
                      features.fine1.narrow(0, first, count), picture));
  }
  return depth;
}

at::Tensor DepthNetwork::decode_next(const FrameFeatures& features, StreamMemory& memory,
                                     const MemoryAccess& access) const {
  auto path3 = coarse(features, [&](std::size_t i, const at::Tensor& map) {
    return motion_modules_.at(i).step(map, memory.at(i), access);
  });
  const auto patch = config_.backbone.patch;
  return finish(std::move(path3), features.fine2, features.fine1,
                {features.layer3.size(2) * patch, features.layer3.size(3) * patch});
}

at::Tensor DepthNetwork::operator()(const at::Tensor& pictures) const {
  // A few frames at a time stay in the caches of a CPU.
  const auto frames = pictures.size(0);
  const auto at_once = pictures.is_cpu() ? std::min<std::int64_t>(2, frames) : frames;
  std::array<std::vector<at::Tensor>, 4> parts;
  for (std::int64_t first = 0; first < frames; first += at_once) {
    const auto some = encode(pictures.narrow(0, first, std::min(at_once, frames - first))).all();
    for (std::size_t i = 0; i < parts.size(); ++i) parts.at(i).push_back(some.at(i));
  }
  return decode({at::cat(parts[0]), at::cat(parts[1]), at::cat(parts[2]), at::cat(parts[3])},
                at_once);
}

}  // namespace relievo::video_depth_anything
