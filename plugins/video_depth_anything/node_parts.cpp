#include "plugins/video_depth_anything/node_parts.hpp"

#include "plugins/common/state_dict.hpp"

namespace relievo::video_depth_anything {

void make_depth_format(rlv_format& format, std::uint32_t semantic, PictureSize size) {
  if (format.width > 0)
    format.focal_px *= static_cast<float>(size.width) / static_cast<float>(format.width);
  format.semantic = semantic;
  format.pixel_format = RLV_PF_MAP_F32;
  format.width = static_cast<std::int32_t>(size.width);
  format.height = static_cast<std::int32_t>(size.height);
  format.device_type = RLV_DEV_CPU;
  format.device_id = 0;
  format.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
}

rlv_frame_info depth_info(rlv_frame_info info, std::uint32_t semantic, PictureSize size) {
  info.focal_px *= static_cast<float>(size.width) / static_cast<float>(info.width);
  info.semantic = semantic;
  info.pixel_format = RLV_PF_MAP_F32;
  info.width = static_cast<std::int32_t>(size.width);
  info.height = static_cast<std::int32_t>(size.height);
  info.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
  return info;
}

std::unique_ptr<DepthNetwork> load_network(const std::string& path, const ModelConfig& config,
                                           at::Device device, at::ScalarType precision) {
  const nets::NamedWeights weights(nets::read_state_dict(path), "'" + path + "'", device,
                                   precision);
  auto network = std::make_unique<DepthNetwork>(config, weights);
  weights.expect_all_used();
  return network;
}

}  // namespace relievo::video_depth_anything
