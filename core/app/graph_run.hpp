// A graph run from the command line: its progress shown, Ctrl-C heard.
#pragma once

#include "core/host/config.hpp"
#include "core/host/runner.hpp"

namespace relievo::app {

// Shows progress on a terminal unless quiet. The first Ctrl-C from now on asks the run to finish
// what is under way, the second ends the program.
[[nodiscard]] host::RunReport run_shown(host::Graph& graph, host::RunContext& run,
                                        const host::Config& config, bool quiet, host::Log& log);

}  // namespace relievo::app
