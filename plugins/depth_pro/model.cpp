#include "plugins/depth_pro/model.hpp"

#include <algorithm>
#include <utility>

#include <relievo/sdk/error.hpp>

#include "plugins/common/state_dict.hpp"
#include "plugins/depth_pro/layout.hpp"

namespace relievo::depth_pro {

DepthPro::DepthPro(const ModelConfig& config, const nets::NamedWeights& w, bool field_of_view)
    : config_(config), encoder_(config, w["encoder"]), decoder_(config, w), head_(config, w) {
  if (field_of_view)
    field_of_view_.emplace(config, w["fov"]);
  else
    w.skip("fov.");
}

DepthPro::Result DepthPro::operator()(const at::Tensor& pictures, const RunOptions& options) const {
  auto maps = decoder_(encoder_(pictures, options), options);
  Result result;
  result.canonical = head_(std::exchange(maps.features, {}), options);
  options.show("head.5", result.canonical);
  if (options.field_of_view && field_of_view_) {
    options.tell(0.98);
    result.view = (*field_of_view_)(pictures, maps.lowest, options);
  }
  options.tell(1.0);
  return result;
}

std::unique_ptr<DepthPro> load_network(const std::string& path, at::Device device,
                                       at::ScalarType precision, bool field_of_view) {
  const auto what = "'" + path + "'";
  auto tensors = official_names(nets::read_state_dict(path), what);
  const auto config = ModelConfig::of(tensors, what);
  if (field_of_view && !config.has_field_of_view)
    fail(RLV_E_WEIGHTS, "the weights ", what,
         " have no field-of-view network ('fov.head.4.weight' is not there), so the focal length "
         "cannot be estimated; set the parameter focal_px, or take other weights");
  const nets::NamedWeights weights(std::move(tensors), what, device, precision);
  auto network = std::make_unique<DepthPro>(config, weights, field_of_view);
  weights.expect_all_used();
  return network;
}

std::uint64_t needed_bytes(const ModelConfig& config, std::int64_t cells, at::ScalarType precision,
                           std::int64_t n, std::int64_t windows_at_once, bool field_of_view) {
  const double number = precision == at::kFloat ? 4.0 : 2.0;
  const auto width = static_cast<double>(config.vit.width);
  const auto tokens = static_cast<double>(cells * cells);
  const auto pictures = static_cast<double>(n);
  const auto side = static_cast<double>(config.picture_side(cells));
  const auto features = static_cast<double>(config.features);
  // Windows with their pixels, then what is kept of them: two taps of 25, the end of 35, merged
  // maps.
  const double pixels =
      3.0 * 35.0 * tokens * static_cast<double>(config.vit.patch * config.vit.patch);
  const double kept = (2.0 * 25.0 + 36.0 + 2.0 * 16.0 + 16.0 + 4.0) * tokens * width;
  const double encoding = static_cast<double>(windows_at_once) * tokens * width * 14.0;
  // Of the finest maps, at half the picture's side, four are there at once.
  const double decoding = pictures * 4.3 * side * side / 4.0 * features;
  return static_cast<std::uint64_t>(
      number * (config.parameters(field_of_view) +
                std::max(pictures * (pixels + kept) + encoding, pictures * kept * 0.4 + decoding)) +
      4.0 * pictures * side * side);
}

}  // namespace relievo::depth_pro
