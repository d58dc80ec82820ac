// What a film file is, told without running a graph: for 'host inspect' and for the check of a file
// that another program has written.
#pragma once

#include <cstddef>
#include <cstdint>

#include <relievo/plugin.h>

namespace relievo::media {

inline constexpr const char* kInspectExtension = "rlv.inspect/1";

// From rlv_node_type.extension of the node 'source'.
struct InspectExtension {
  std::uint32_t struct_size;
  std::uint32_t reserved;
  // [control], at any time before open. Looks at the node's own path and writes a JSON object, as
  // inspect_file() describes it, of at most capacity bytes to report. Fails as the node's plan()
  // does for files that cannot be read; a film that is 3D is not refused.
  rlv_status (*inspect)(rlv_node* node, char* report, std::size_t capacity, rlv_error* error);
};

}  // namespace relievo::media
