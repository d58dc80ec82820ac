// From the command line to a pipeline: its file, and what the options lay over it.
#pragma once

#include "core/app/options.hpp"
#include "core/host/config.hpp"
#include "core/host/services.hpp"

namespace relievo::app {

// [main] The config of --config, or the default one, with --input, --output, --preset and --set
// laid over it. Throws Failure(kUsage).
[[nodiscard]] host::Config load_config(const Options& options);

// [main] Limits of the config, or those of this machine.
void set_limits(const host::Limits& limits, host::RunContext& run);

}  // namespace relievo::app
