// The block 'spatial' of a pipeline, as a part of a run.
#pragma once

#include <optional>

#include "core/app/options.hpp"
#include "core/host/config.hpp"
#include "core/host/log.hpp"
#include "core/host/registry.hpp"
#include "core/host/resolve.hpp"
#include "core/host/services.hpp"
#include "core/host/spatial_run.hpp"

namespace relievo::app {

// [main] Follows the tool with a progress line until it is done or Ctrl-C asks for the end.
[[nodiscard]] host::SpatialOutcome run_spatial_step(const host::SpatialJob& job,
                                                    const Options& options,
                                                    const host::Registry& registry,
                                                    host::RunContext& run);

// What --dry-run says of it: {"command", "film", "output", "tool" (null: not here)}.
[[nodiscard]] host::Json spatial_plan(const host::SpatialJob& job);

// What the report of a run says of it: {"status" (done, no_tool, failed, cancelled), "path",
// "command", "seconds", "message", "notes", "film"}.
[[nodiscard]] host::Json spatial_report(const host::SpatialJob& job,
                                        const host::SpatialOutcome& outcome);

}  // namespace relievo::app
