// Which output goes to which input: the rules by which `in:` names are understood.
#pragma once

#include <string>
#include <vector>

#include "core/host/config.hpp"
#include "core/host/manifest.hpp"
#include "core/host/resolve.hpp"

namespace relievo::host {

// What wiring needs to know of every node, in the order of the config.
struct WiringNode {
  const NodeConfig* config;
  const NodeSpec* spec;
};

// The links of nodes[index]: one per input of its type. The rules: in: x.out          the output
// goes to the input of its name, else to the node's default or only input in: x              every
// output of x that has the name of an input goes there; else x's only output goes to the node's
// default or only input in: {port: x}      x's output of that name, else its only one; a group
// binds every input of the group by name Throws Failure(kUsage) at the reference that does not fit.
[[nodiscard]] std::vector<std::optional<Link>> wire(const std::vector<WiringNode>& nodes,
                                                    std::size_t index);

}  // namespace relievo::host
