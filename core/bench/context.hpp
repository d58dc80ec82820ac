// What a benchmark ran on: whoever compares two reports has to know.
#pragma once

#include "core/bench/device_meter.hpp"
#include "core/host/parameters.hpp"
#include "core/host/registry.hpp"

namespace relievo::bench {

// The "context" of the report. threads: of each node.
[[nodiscard]] host::Json context_json(const host::Registry& registry,
                                      const std::vector<DeviceFacts>& devices, unsigned threads);

}  // namespace relievo::bench
