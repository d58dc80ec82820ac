// The plugin: depth of films and of single pictures with the Depth Anything family.
#include <relievo/sdk/node_type.hpp>

#include "plugins/video_depth_anything/image_node.hpp"
#include "plugins/video_depth_anything/video_node.hpp"

RELIEVO_PLUGIN(
    RLV_TORCH_RUNTIME,
    relievo::make_node_type<relievo::video_depth_anything::VideoNode>("video_depth_anything.depth",
                                                                      "depth"),
    relievo::make_node_type<relievo::video_depth_anything::ImageNode>("video_depth_anything.image",
                                                                      "depth"))
