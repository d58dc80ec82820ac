// The checks of one node type, each on nodes of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <relievo/plugin.h>

#include "core/host/log.hpp"
#include "core/host/manifest.hpp"

namespace relievo::host {

struct NodeCheck {
  std::string name;
  std::function<void()> body;  // throws what is wrong
};

// Nodes with inputs and outputs and without weights are driven with frames; of others only what
// needs no file is checked. All references must outlive the checks.
[[nodiscard]] std::vector<NodeCheck> node_checks(const NodeSpec& spec, const rlv_node_type& type,
                                                 const std::string& plugin, Log& log);

}  // namespace relievo::host
