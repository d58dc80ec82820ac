// The plugin: metric depth of single pictures, and of films frame by frame, with Depth Pro.
#include <relievo/sdk/node_type.hpp>

#include "plugins/depth_pro/depth_node.hpp"

RELIEVO_PLUGIN(RLV_TORCH_RUNTIME,
               relievo::make_node_type<relievo::depth_pro::DepthNode>("depth_pro.depth", "depth"))
