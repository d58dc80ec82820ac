// What the two nodes of this plugin have in common.
#pragma once

#include <cstdint>
#include <string>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include "plugins/video_depth_anything/model.hpp"
#include "plugins/video_depth_anything/pre_post.hpp"

namespace relievo::video_depth_anything {

// Makes an output format that of depth of this meaning and size.
void make_depth_format(rlv_format& format, std::uint32_t semantic, PictureSize size);
// The same for the frame that belongs to a colour frame's info.
[[nodiscard]] rlv_frame_info depth_info(rlv_frame_info info, std::uint32_t semantic,
                                        PictureSize size);
// The checkpoint as a network on the device; throws RLV_E_WEIGHTS.
[[nodiscard]] std::unique_ptr<DepthNetwork> load_network(const std::string& path,
                                                         const ModelConfig& config,
                                                         at::Device device,
                                                         at::ScalarType precision);

}  // namespace relievo::video_depth_anything
