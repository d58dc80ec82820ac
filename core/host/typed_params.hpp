// The parameters of one node: settings of a config made into the typed object that the node gets.
#pragma once

#include <string>

#include "core/host/config.hpp"
#include "core/host/manifest.hpp"

namespace relievo::host {

// Every parameter that has a value, defaults included, paths made absolute (path-in and path-out;
// the word 'null' stays itself). Throws Failure(kUsage) at the place of an unknown name, a wrong
// type or a value out of range.
[[nodiscard]] Json typed_params(const NodeConfig& node, const NodeSpec& spec);

// One value; what is the subject of messages: "node 'depth': parameter 'precision'".
[[nodiscard]] Json typed_value(const Setting& setting, const ParameterSpec& spec,
                               const std::string& what);

}  // namespace relievo::host
