// Which weights an approach computes with.
#pragma once

#include "core/host/log.hpp"
#include "core/host/parameters.hpp"
#include "core/host/registry.hpp"

namespace relievo::bench {

// {"repo", "revision"} of the first node that has weights, the revision as it is pinned on this
// machine; {"file"} where the config names a file; null where none are needed.
[[nodiscard]] host::Json weights_used(const host::Json& nodes, const host::Registry& registry,
                                      host::Log& log);

}  // namespace relievo::bench
