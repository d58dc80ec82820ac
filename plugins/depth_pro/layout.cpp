#include "plugins/depth_pro/layout.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <relievo/sdk/error.hpp>

namespace relievo::depth_pro {
namespace {

using nets::StateDict;

constexpr std::string_view kOfficialMark = "encoder.patch_encoder.cls_token";
constexpr std::string_view kTransformersMark =
    "depth_pro.encoder.patch_encoder.model.embeddings.cls_token";

struct Rule {
  std::string from;
  std::string to;
};

// How names begin. transformers counts levels from the coarsest, Apple from the finest.
std::vector<Rule> beginnings() {
  std::vector<Rule> rules{
      {"depth_pro.encoder.patch_encoder.model.", "encoder.patch_encoder."},
      {"depth_pro.encoder.image_encoder.model.", "encoder.image_encoder."},
      {"depth_pro.neck.feature_upsample.image_block.layers.0.", "encoder.upsample_lowres."},
      {"depth_pro.neck.fuse_image_with_low_res.", "encoder.fuse_lowres."},
      {"fusion_stage.final.", "decoder.fusions.0."},
      {"head.layers.", "head."},
      {"fov_model.fov_encoder.model.", "fov.encoder.0."},
      {"fov_model.fov_encoder.neck.", "fov.encoder.1."},
      {"fov_model.conv.", "fov.downsample.0."},
      {"fov_model.head.layers.", "fov.head."},
  };
  const auto counted = [&](const std::string& from, const std::string& to, int last) {
    for (int i = 0; i <= last; ++i)
      rules.push_back({concat(from, ".", i, "."), concat(to, last - i, ".")});
  };
  for (int i = 0; i <= 2; ++i)
    rules.push_back({concat("depth_pro.neck.feature_upsample.scaled_images.", i, ".layers."),
                     concat("encoder.upsample", 2 - i, ".")});
  for (int i = 0; i <= 1; ++i)
    rules.push_back({concat("depth_pro.neck.feature_upsample.intermediate.", i, ".layers."),
                     concat("encoder.upsample_latent", 1 - i, ".")});
  counted("depth_pro.neck.feature_projection.projections", "decoder.convs.", 4);
  counted("fusion_stage.intermediate", "decoder.fusions.", 4);
  return rules;
}

// What stands in the rest of a name, each at most once; longer ones before their parts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kParts{{
    {"embeddings.patch_embeddings.projection.", "patch_embed.proj."},
    {"embeddings.position_embeddings", "pos_embed"},
    {"embeddings.", ""},
    {"encoder.layer.", "blocks."},
    {"attention.output.dense.", "attn.proj."},
    {"layer_scale1.lambda1", "ls1.gamma"},
    {"layer_scale2.lambda1", "ls2.gamma"},
    {"layernorm.", "norm."},
    {"residual_layer1.", "resnet1."},
    {"residual_layer2.", "resnet2."},
    {"convolution1.", "residual.1."},
    {"convolution2.", "residual.3."},
    {"attention.attention.", "attn."},
    {"projection.", "out_conv."},
}};

// Nothing for a name that no rule knows.
std::optional<std::string> renamed(const std::string& name) {
  static const auto kBeginnings = beginnings();
  for (const auto& rule : kBeginnings) {
    if (!name.starts_with(rule.from)) continue;
    auto rest = name.substr(rule.from.size());
    for (const auto& [from, to] : kParts)
      if (const auto at = rest.find(from); at != std::string::npos)
        rest.replace(at, from.size(), to);
    return rule.to + rest;
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 3> kThirds{"attn.query.", "attn.key.", "attn.value."};

// The name of the fused tensor and which third of its rows this one is.
std::optional<std::pair<std::string, std::size_t>> third_of(const std::string& name) {
  for (std::size_t i = 0; i < kThirds.size(); ++i)
    if (const auto at = name.find(kThirds.at(i)); at != std::string::npos) {
      auto fused = name;
      return std::pair{fused.replace(at, kThirds.at(i).size(), "attn.qkv."), i};
    }
  return std::nullopt;
}

StateDict from_transformers(StateDict tensors, const std::string& what) {
  StateDict official;
  std::map<std::string, std::array<at::Tensor, 3>> fused;
  for (auto& [name, tensor] : tensors) {
    const auto to = renamed(name);
    if (!to) {
      // Unknown ones keep their names, and are told of with the rest that nobody takes.
      official.emplace(name, std::move(tensor));
    } else if (const auto third = third_of(*to)) {
      fused[third->first].at(third->second) = std::move(tensor);
    } else {
      official.emplace(*to, std::move(tensor));
    }
  }
  for (auto& [name, thirds] : fused) {
    for (std::size_t i = 0; i < thirds.size(); ++i)
      if (!thirds.at(i).defined())
        fail(RLV_E_WEIGHTS, "the weights ", what, " lack the third '", kThirds.at(i), "' of '",
             name, "': the file is incomplete; fetch it again");
    official.emplace(name, at::cat({thirds[0], thirds[1], thirds[2]}));
  }
  return official;
}

}  // namespace

StateDict official_names(StateDict tensors, const std::string& what) {
  if (tensors.contains(std::string(kOfficialMark))) return tensors;
  if (tensors.contains(std::string(kTransformersMark)))
    return from_transformers(std::move(tensors), what);
  std::string first = "none";
  for (const auto& [name, tensor] : tensors)
    if (first == "none" || name < first) first = name;
  fail(RLV_E_WEIGHTS, "the weights ", what, " are not Depth Pro's: they have neither '",
       kOfficialMark, "' (Apple's depth_pro.pt) nor '", kTransformersMark,
       "' (model.safetensors of transformers); the first of their ", tensors.size(),
       " tensors is '", first, "'; check the file");
}

}  // namespace relievo::depth_pro
