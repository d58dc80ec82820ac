#include "bench/micro/random_weights.hpp"

#include <cmath>
#include <random>

namespace relievo::bench {

void RandomWeights::add(const std::string& name, std::vector<std::int64_t> shape) {
  auto tensor = at::empty(shape, at::TensorOptions(at::kFloat));
  const auto inputs = static_cast<double>(tensor.numel()) / static_cast<double>(shape.at(0));
  std::minstd_rand random(static_cast<unsigned>(tensors_.size() + 1));
  std::uniform_real_distribution<float> value(-1.0F, 1.0F);
  const auto scale = static_cast<float>(std::sqrt(3.0 / inputs));
  auto* data = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) data[i] = scale * value(random);
  tensors_[name] = std::move(tensor);
}

void RandomWeights::layer(const std::string& name, std::vector<std::int64_t> shape,
                          bool with_bias) {
  const auto out = shape.at(0);
  add(name + ".weight", std::move(shape));
  if (with_bias) add(name + ".bias", {out});
}

void RandomWeights::vit(const std::string& prefix, const nets::VitConfig& config,
                        std::int64_t blocks) {
  const auto width = config.width;
  layer(prefix + "patch_embed.proj", {width, 3, config.patch, config.patch});
  add(prefix + "cls_token", {1, 1, width});
  add(prefix + "pos_embed", {1, config.grid * config.grid + 1, width});
  for (std::int64_t i = 0; i < blocks; ++i) {
    const auto block = prefix + "blocks." + std::to_string(i) + ".";
    layer(block + "norm1", {width});
    layer(block + "attn.qkv", {3 * width, width});
    layer(block + "attn.proj", {width, width});
    add(block + "ls1.gamma", {width});
    layer(block + "norm2", {width});
    layer(block + "mlp.fc1", {4 * width, width});
    layer(block + "mlp.fc2", {width, 4 * width});
    add(block + "ls2.gamma", {width});
  }
  layer(prefix + "norm", {width});
}

void RandomWeights::dpt_head(const std::string& prefix, std::int64_t width, std::int64_t features,
                             const std::vector<std::int64_t>& channels) {
  for (std::size_t i = 0; i < channels.size(); ++i)
    layer(prefix + "projects." + std::to_string(i), {channels[i], width, 1, 1});
  layer(prefix + "resize_layers.0", {channels[0], channels[0], 4, 4});
  layer(prefix + "resize_layers.1", {channels[1], channels[1], 2, 2});
  layer(prefix + "resize_layers.3", {channels[3], channels[3], 3, 3});
  const auto scratch = prefix + "scratch.";
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto number = std::to_string(i + 1);
    layer(scratch + "layer" + number + "_rn", {features, channels[i], 3, 3}, /*with_bias=*/false);
    const auto fusion = scratch + "refinenet" + number + ".";
    for (const char* unit : {"resConfUnit1", "resConfUnit2"})
      for (const char* conv : {".conv1", ".conv2"})
        layer(fusion + unit + conv, {features, features, 3, 3});
    layer(fusion + "out_conv", {features, features, 1, 1});
  }
  layer(scratch + "output_conv1", {features / 2, features, 3, 3});
  layer(scratch + "output_conv2.0", {32, features / 2, 3, 3});
  layer(scratch + "output_conv2.2", {1, 32, 1, 1});
}

}  // namespace relievo::bench
