#include "plugins/depth_pro/config.hpp"

#include <algorithm>
#include <cmath>

#include <relievo/sdk/error.hpp>

namespace relievo::depth_pro {

ModelConfig ModelConfig::of(const nets::StateDict& official, const std::string& what) {
  const auto size = [&](const std::string& name, std::int64_t dimension) {
    const auto found = official.find(name);
    if (found == official.end())
      fail(RLV_E_WEIGHTS, "the weights ", what, " lack the tensor '", name,
           "': the file is incomplete or of another model; fetch it again, or check the file");
    if (found->second.dim() <= dimension)
      fail(RLV_E_WEIGHTS, "the weights ", what, " have '", name, "' with ", found->second.dim(),
           " dimensions: they are of another model; check the file");
    return found->second.size(dimension);
  };
  const std::string encoder = "encoder.patch_encoder.";
  ModelConfig config;
  config.vit.width = size(encoder + "cls_token", 2);
  config.vit.patch = size(encoder + "patch_embed.proj.weight", 2);
  config.vit.grid =
      std::llround(std::sqrt(static_cast<double>(size(encoder + "pos_embed", 1) - 1)));
  config.vit.depth = 0;
  while (official.contains(concat(encoder, "blocks.", config.vit.depth, ".norm1.weight")))
    ++config.vit.depth;
  // The heads of this family are 64 wide.
  constexpr std::int64_t kHead = 64;
  config.vit.heads = config.vit.width / kHead;
  if (config.vit.depth < 4 || config.vit.depth % 4 != 0 ||
      config.vit.heads * kHead != config.vit.width)
    fail(RLV_E_WEIGHTS, "the weights ", what, " have an encoder of ", config.vit.depth, " blocks, ",
         config.vit.width, " wide, which no Depth Pro has; fetch the file again");
  config.taps = {config.vit.depth / 4 - 1, config.vit.depth / 2 - 1};
  config.dims = {size("encoder.upsample_latent1.0.weight", 0),
                 size("encoder.upsample0.0.weight", 0), size("encoder.upsample1.0.weight", 0),
                 size("encoder.upsample2.0.weight", 0)};
  config.features = size("decoder.fusions.0.out_conv.weight", 0);
  config.last = size("head.2.weight", 0);
  config.has_field_of_view = official.contains("fov.head.4.weight");
  return config;
}

std::int64_t ModelConfig::window_cells(double share) const {
  return std::max<std::int64_t>(4, 4 * std::llround(static_cast<double>(vit.grid) * share / 4.0));
}

double ModelConfig::parameters(bool with_field_of_view) const {
  const auto width = static_cast<double>(vit.width);
  const auto tokens = static_cast<double>(vit.grid * vit.grid);
  const auto patch = static_cast<double>(vit.patch * vit.patch);
  const auto map = static_cast<double>(features);
  const double encoder =
      12.0 * width * width * static_cast<double>(vit.depth) + (tokens + 3.0 * patch) * width;
  // Composed chains: 64, 36, 16 and 16 cells of weights, then the two that meet in the coarsest
  // map.
  const double chains = static_cast<double>(dims[0]) * (2.0 * width + 100.0 * map) +
                        static_cast<double>(dims[1]) * (width + 16.0 * map) +
                        width * (16.0 * map + 8.0 * static_cast<double>(dims[3]));
  const double decoder = 9.0 * static_cast<double>(dims[3]) * map +
                         (18.0 * 9.0 + 16.0) * map * map + 9.0 * map * map / 2.0;
  return (with_field_of_view && has_field_of_view ? 3.0 : 2.0) * encoder + chains + decoder;
}

}  // namespace relievo::depth_pro
