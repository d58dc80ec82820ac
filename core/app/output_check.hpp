// What a run has written, looked at once more.
#pragma once

#include "core/app/options.hpp"
#include "core/host/log.hpp"
#include "core/host/registry.hpp"
#include "core/host/resolve.hpp"
#include "core/host/runner.hpp"
#include "core/host/services.hpp"

namespace relievo::app {

// [main] Before a run: throws Failure(kUsage) if a sidecar would replace a file, unless overwrite.
void check_sidecars(const host::ResolvedGraph& graph, bool overwrite);

// [main] Opens every whole film of the report again and checks it: faults and doubts are told, and
// put into the sinks' reports as "check": {"faults", "doubts", "film"}. False if there was a fault.
[[nodiscard]] bool check_outputs(host::RunReport& report, const host::ResolvedGraph& graph,
                                 const host::Registry& registry, host::RunContext& run);

// [main] After it: writes FILM.json beside every whole film. spatial: null, or what the report of
// the run says of that step. False if Ctrl-C stopped the hashing, or a file cannot be written,
// which is told.
[[nodiscard]] bool write_sidecars(const host::RunReport& report, const host::ResolvedGraph& graph,
                                  const host::Json& spatial, host::Log& log);

}  // namespace relievo::app
