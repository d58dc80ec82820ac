// The node types of this library.
#pragma once

#include <relievo/plugin.h>

namespace relievo::quality {

[[nodiscard]] rlv_node_type columns_type();
[[nodiscard]] rlv_node_type measure_type();
[[nodiscard]] rlv_node_type shots_type();

}  // namespace relievo::quality
