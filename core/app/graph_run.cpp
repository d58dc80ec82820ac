#include "core/app/graph_run.hpp"

#include <unistd.h>

#include "core/app/interrupts.hpp"
#include "core/host/progress_line.hpp"

namespace relievo::app {

host::RunReport run_shown(host::Graph& graph, host::RunContext& run, const host::Config& config,
                          bool quiet, host::Log& log) {
  let_work_finish();
  host::ProgressLine line(log, !quiet && isatty(STDERR_FILENO) != 0);
  host::RunOptions options;
  options.cancel_requested = [] {
    return is_interrupted();
  };
  options.on_progress = [&](const host::Progress& progress) {
    line.show(progress);
  };
  options.device_lock = config.limits.device_lock;
  return host::run_graph(graph, run, options);
}

}  // namespace relievo::app
