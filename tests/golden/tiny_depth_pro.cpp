#include "tests/golden/tiny_depth_pro.hpp"

#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv_transpose2d.h>
#include <nlohmann/json.hpp>

#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using nets::StateDict;

constexpr std::int64_t kWidth = 64;
constexpr std::int64_t kBlocks = 4;
constexpr std::int64_t kGrid = 8;
constexpr std::int64_t kPatch = 16;
constexpr std::int64_t kFeatures = 16;
constexpr std::int64_t kLast = 8;
constexpr std::array<std::int64_t, 4> kDims{8, 12, 20, 24};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  void add(const std::string& name, const std::vector<std::int64_t>& shape, double deviation,
           double mean = 0.0) {
    auto tensor = at::empty(shape, at::TensorOptions(at::kFloat));
    std::normal_distribution<float> normal(static_cast<float>(mean), static_cast<float>(deviation));
    auto* data = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i) data[i] = normal(random_);
    state.emplace(name, tensor);
  }
  // weight and, if wanted, bias; inputs: numbers that an output sums over.
  void layer(const std::string& name, const std::vector<std::int64_t>& shape, std::int64_t inputs,
             std::int64_t bias) {
    add(name + ".weight", shape, 1.0 / std::sqrt(static_cast<double>(inputs)));
    if (bias > 0) add(name + ".bias", {bias}, 0.3);
  }
  void conv(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t k, bool bias) {
    layer(name, {out, in, k, k}, in * k * k, bias ? out : 0);
  }
  void deconv(const std::string& name, std::int64_t in, std::int64_t out, bool bias) {
    layer(name, {in, out, 2, 2}, in, bias ? out : 0);
  }
  void norm(const std::string& name) {
    add(name + ".weight", {kWidth}, 0.1, 1.0);
    add(name + ".bias", {kWidth}, 0.1);
  }
  void vit(const std::string& name) {
    add(name + "cls_token", {1, 1, kWidth}, 0.3);
    add(name + "pos_embed", {1, kGrid * kGrid + 1, kWidth}, 0.3);
    conv(name + "patch_embed.proj", 3, kWidth, kPatch, true);
    for (std::int64_t i = 0; i < kBlocks; ++i) {
      const auto block = name + "blocks." + std::to_string(i) + ".";
      norm(block + "norm1");
      layer(block + "attn.qkv", {3 * kWidth, kWidth}, kWidth, 3 * kWidth);
      layer(block + "attn.proj", {kWidth, kWidth}, kWidth, kWidth);
      add(block + "ls1.gamma", {kWidth}, 0.12, 0.5);
      norm(block + "norm2");
      layer(block + "mlp.fc1", {4 * kWidth, kWidth}, kWidth, 4 * kWidth);
      layer(block + "mlp.fc2", {kWidth, 4 * kWidth}, 4 * kWidth, kWidth);
      add(block + "ls2.gamma", {kWidth}, 0.12, 0.5);
    }
    norm(name + "norm");
  }

  StateDict state;

 private:
  std::mt19937_64 random_;
};

// The published network, layer by layer.
class Plain {
 public:
  explicit Plain(const StateDict& weights) : w_(weights) {}

  at::Tensor vit(const std::string& name, const at::Tensor& pictures, at::Tensor* tap0 = nullptr,
                 at::Tensor* tap1 = nullptr) const {
    const auto n = pictures.size(0);
    auto x = at::conv2d(pictures, at_(name + "patch_embed.proj.weight"),
                        at_(name + "patch_embed.proj.bias"), {kPatch, kPatch})
                 .flatten(2)
                 .transpose(1, 2);
    x = at::cat({at_(name + "cls_token").expand({n, 1, kWidth}), x}, 1) + at_(name + "pos_embed");
    for (std::int64_t i = 0; i < kBlocks; ++i) {
      const auto block = name + "blocks." + std::to_string(i) + ".";
      const auto qkv = linear(block + "attn.qkv", norm(block + "norm1", x)).chunk(3, 2);
      // One head: 64 wide.
      const auto attention =
          (qkv[0].matmul(qkv[1].transpose(1, 2)) / std::sqrt(static_cast<double>(kWidth)))
              .softmax(-1);
      x = x + linear(block + "attn.proj", attention.matmul(qkv[2])) * at_(block + "ls1.gamma");
      x = x +
          linear(block + "mlp.fc2", at::gelu(linear(block + "mlp.fc1", norm(block + "norm2", x)))) *
              at_(block + "ls2.gamma");
      if (tap0 != nullptr && i == kBlocks / 4 - 1) *tap0 = x;
      if (tap1 != nullptr && i == kBlocks / 2 - 1) *tap1 = x;
    }
    return norm(name + "norm", x);
  }

  // Tokens with the class token to a map.
  static at::Tensor map(const at::Tensor& tokens) {
    return tokens.slice(1, 1).transpose(1, 2).reshape({tokens.size(0), kWidth, kGrid, kGrid});
  }

  // Windows of steps x steps, as rows of pictures, to one map; `cut` cells go at each inner seam.
  static at::Tensor merge(const at::Tensor& maps, std::int64_t n, std::int64_t steps,
                          std::int64_t cut) {
    std::vector<at::Tensor> rows;
    for (std::int64_t j = 0; j < steps; ++j) {
      std::vector<at::Tensor> row;
      for (std::int64_t i = 0; i < steps; ++i) {
        auto part = maps.narrow(0, (j * steps + i) * n, n);
        part = part.slice(2, j > 0 ? cut : 0, j + 1 < steps ? kGrid - cut : kGrid);
        row.push_back(part.slice(3, i > 0 ? cut : 0, i + 1 < steps ? kGrid - cut : kGrid));
      }
      rows.push_back(at::cat(row, 3));
    }
    return at::cat(rows, 2);
  }

  at::Tensor conv(const std::string& name, const at::Tensor& x, std::int64_t stride = 1,
                  std::int64_t padding = 0) const {
    const auto bias = w_.find(name + ".bias");
    return at::conv2d(x, at_(name + ".weight"), bias == w_.end() ? at::Tensor() : bias->second,
                      {stride, stride}, {padding, padding});
  }
  at::Tensor deconv(const std::string& name, const at::Tensor& x) const {
    const auto bias = w_.find(name + ".bias");
    return at::conv_transpose2d(x, at_(name + ".weight"),
                                bias == w_.end() ? at::Tensor() : bias->second, {2, 2});
  }
  at::Tensor linear(const std::string& name, const at::Tensor& x) const {
    return at::linear(x, at_(name + ".weight"), at_(name + ".bias"));
  }
  at::Tensor upsampled(const std::string& name, at::Tensor x, int doublings) const {
    x = conv(name + ".0", x);
    for (int i = 1; i <= doublings; ++i) x = deconv(name + "." + std::to_string(i), x);
    return x;
  }
  at::Tensor residual(const std::string& name, const at::Tensor& x) const {
    return x + conv(name + ".residual.3", conv(name + ".residual.1", x.relu(), 1, 1).relu(), 1, 1);
  }

  PlainResult run(const at::Tensor& pictures) const {
    const auto n = pictures.size(0);
    const auto side = pictures.size(3);
    const auto reduced = [&](std::int64_t to) {
      return at::upsample_bilinear2d(pictures, {to, to}, false);
    };
    const auto window = kGrid * kPatch;
    std::vector<at::Tensor> windows;
    const auto cut_windows = [&](const at::Tensor& from, std::int64_t steps, std::int64_t stride) {
      for (std::int64_t j = 0; j < steps; ++j)
        for (std::int64_t i = 0; i < steps; ++i)
          windows.push_back(from.narrow(2, j * stride, window).narrow(3, i * stride, window));
    };
    cut_windows(pictures, 5, window * 3 / 4);
    cut_windows(reduced(side / 2), 3, window / 2);
    const auto smallest = reduced(side / 4);
    windows.push_back(smallest);

    at::Tensor tap0;
    at::Tensor tap1;
    const auto last = map(vit("encoder.patch_encoder.", at::cat(windows), &tap0, &tap1));
    const auto latent0 = merge(map(tap0), n, 5, 1);
    const auto latent1 = merge(map(tap1), n, 5, 1);
    const auto level0 = merge(last, n, 5, 1);
    const auto level1 = merge(last.narrow(0, 25 * n, 9 * n), n, 3, 2);
    const auto level2 = last.narrow(0, 34 * n, n);
    const auto image = map(vit("encoder.image_encoder.", smallest));
    const auto lowest =
        conv("encoder.fuse_lowres", at::cat({upsampled("encoder.upsample2", level2, 1),
                                             deconv("encoder.upsample_lowres", image)},
                                            1));
    const std::vector<at::Tensor> levels{
        upsampled("encoder.upsample_latent0", latent0, 3),
        conv("decoder.convs.1", upsampled("encoder.upsample_latent1", latent1, 2), 1, 1),
        conv("decoder.convs.2", upsampled("encoder.upsample0", level0, 1), 1, 1),
        conv("decoder.convs.3", upsampled("encoder.upsample1", level1, 1), 1, 1),
        conv("decoder.convs.4", lowest, 1, 1)};
    at::Tensor x;
    for (int i = 4; i >= 0; --i) {
      const auto fusion = "decoder.fusions." + std::to_string(i) + ".";
      const auto& level = levels.at(static_cast<std::size_t>(i));
      x = i == 4 ? level : x + residual(fusion + "resnet1", level);
      x = residual(fusion + "resnet2", x);
      if (i > 0) x = deconv(fusion + "deconv", x);
      x = conv(fusion + "out_conv", x);
    }
    x = conv("head.2", deconv("head.1", conv("head.0", x, 1, 1)), 1, 1).relu();
    PlainResult result;
    result.canonical = conv("head.4", x).relu().squeeze(1);
    if (!w_.contains("fov.head.4.weight")) return result;
    const auto tokens = linear("fov.encoder.1", vit("fov.encoder.0.", smallest));
    auto v = tokens.slice(1, 1).transpose(1, 2).reshape({n, kFeatures / 2, kGrid, kGrid}) +
             conv("fov.downsample.0", levels[4], 2, 1).relu();
    v = conv("fov.head.2", conv("fov.head.0", v, 2, 1).relu(), 2, 1).relu();
    result.view = conv("fov.head.4", v).reshape({n});
    return result;
  }

 private:
  const at::Tensor& at_(const std::string& name) const { return w_.at(name); }
  at::Tensor norm(const std::string& name, const at::Tensor& x) const {
    return at::layer_norm(x, {kWidth}, at_(name + ".weight"), at_(name + ".bias"), 1e-6);
  }

  const StateDict& w_;
};

}  // namespace

StateDict tiny_depth_pro(std::uint64_t seed, bool field_of_view) {
  Maker make(seed);
  make.vit("encoder.patch_encoder.");
  make.vit("encoder.image_encoder.");
  const auto chain = [&](const std::string& name, std::int64_t out, std::int64_t last,
                         int doublings) {
    make.conv(name + ".0", kWidth, out, 1, false);
    for (int i = 1; i <= doublings; ++i)
      make.deconv(name + "." + std::to_string(i), i == 1 ? out : last, last, false);
  };
  chain("encoder.upsample_latent0", kDims[0], kFeatures, 3);
  chain("encoder.upsample_latent1", kDims[0], kDims[0], 2);
  chain("encoder.upsample0", kDims[1], kDims[1], 1);
  chain("encoder.upsample1", kDims[2], kDims[2], 1);
  chain("encoder.upsample2", kDims[3], kDims[3], 1);
  make.deconv("encoder.upsample_lowres", kWidth, kDims[3], true);
  make.conv("encoder.fuse_lowres", 2 * kDims[3], kDims[3], 1, true);
  for (int i = 1; i <= 4; ++i)
    make.conv("decoder.convs." + std::to_string(i), kDims.at(static_cast<std::size_t>(i) - 1),
              kFeatures, 3, false);
  for (int i = 0; i <= 4; ++i) {
    const auto fusion = "decoder.fusions." + std::to_string(i) + ".";
    for (const char* unit :
         {"resnet1.residual.1", "resnet1.residual.3", "resnet2.residual.1", "resnet2.residual.3"})
      make.conv(fusion + unit, kFeatures, kFeatures, 3, true);
    if (i > 0) make.deconv(fusion + "deconv", kFeatures, kFeatures, false);
    make.conv(fusion + "out_conv", kFeatures, kFeatures, 1, true);
  }
  make.conv("head.0", kFeatures, kFeatures / 2, 3, true);
  make.deconv("head.1", kFeatures / 2, kFeatures / 2, true);
  make.conv("head.2", kFeatures / 2, kLast, 3, true);
  // Mostly open at its end, as the goldens' networks are.
  make.add("head.4.weight", {1, kLast, 1, 1}, 0.02, 0.05);
  make.add("head.4.bias", {1}, 0.02, 0.1);
  if (!field_of_view) return make.state;
  make.vit("fov.encoder.0.");
  make.layer("fov.encoder.1", {kFeatures / 2, kWidth}, kWidth, kFeatures / 2);
  make.conv("fov.downsample.0", kFeatures, kFeatures / 2, 3, true);
  make.conv("fov.head.0", kFeatures / 2, kFeatures / 4, 3, true);
  make.conv("fov.head.2", kFeatures / 4, kFeatures / 8, 3, true);
  make.add("fov.head.4.weight", {1, kFeatures / 8, kGrid / 4, kGrid / 4}, 3.0);
  make.add("fov.head.4.bias", {1}, 1.0, 50.0);
  return make.state;
}

PlainResult plain_depth_pro(const StateDict& weights, const at::Tensor& pictures) {
  return Plain(weights).run(pictures);
}

std::filesystem::path safetensors_of(const StateDict& tensors) {
  auto header = nlohmann::json::object();
  std::string data;
  for (const auto& [name, tensor] :
       std::map<std::string, at::Tensor>(tensors.begin(), tensors.end())) {
    const auto plain = tensor.to(at::kFloat).contiguous();
    const auto begin = data.size();
    data.append(static_cast<const char*>(plain.const_data_ptr()), plain.nbytes());
    header[name] = {
        {"dtype", "F32"}, {"shape", plain.sizes().vec()}, {"data_offsets", {begin, data.size()}}};
  }
  auto text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const auto file = temporary_dir() / "tiny.safetensors";
  std::ofstream out(file, std::ios::binary);
  std::uint64_t length = text.size();
  for (int i = 0; i < 8; ++i, length >>= 8U) out.put(static_cast<char>(length & 0xFFU));
  out << text << data;
  return file;
}

}  // namespace relievo::test
