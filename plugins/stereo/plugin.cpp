#include <relievo/sdk/node_type.hpp>

#include "plugins/stereo/view_node.hpp"

RELIEVO_PLUGIN("", relievo::make_node_type<relievo::stereo::ViewNode>("stereo.view", "view"))
