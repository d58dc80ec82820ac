// The node types of this library, one function per file that implements one; plugin.cpp lists them.
#pragma once

#include <relievo/plugin.h>

namespace relievo::media {

[[nodiscard]] rlv_node_type source_type();
[[nodiscard]] rlv_node_type depth_source_type();
[[nodiscard]] rlv_node_type scale_type();
[[nodiscard]] rlv_node_type cuts_type();
[[nodiscard]] rlv_node_type convert_type();
[[nodiscard]] rlv_node_type sink_type();
[[nodiscard]] rlv_node_type contact_sheet_type();

}  // namespace relievo::media
