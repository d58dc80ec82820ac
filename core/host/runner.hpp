// Runs a graph: one thread per node, until all is done, something fails or the user has had enough.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/host/graph.hpp"
#include "core/host/services.hpp"

namespace relievo::host {

// How far a run is.
struct Progress {
  std::int64_t frames = 0;    // that the slowest sink has taken
  std::int64_t expected = 0;  // 0: unknown
  std::chrono::duration<double> elapsed{0};
  std::string slowest;  // the node that holds the others back
};

struct NodeReport {
  std::string name;
  std::string type;
  std::int64_t frames_in = 0;
  std::int64_t frames_out = 0;
  double open_s = 0;
  double busy_s = 0;
  double waiting_in_s = 0;
  double waiting_out_s = 0;
};

struct RunReport {
  std::optional<Failure> failure;           // nothing: done, or cancelled
  std::vector<std::string> later_failures;  // of nodes that should still have closed their files
  bool cancelled = false;
  bool hung = false;  // a node never came back: its thread is still there, leave by _exit
  std::int64_t frames = 0;
  double seconds = 0;
  std::chrono::steady_clock::time_point began;
  std::vector<NodeReport> nodes;
  std::vector<Json> sinks;  // what each sink says of its file
};

struct RunOptions {
  // Polled from the control thread: true stops the run and closes what was written.
  std::function<bool()> cancel_requested = [] {
    return false;
  };
  // Called from the control thread a few times a second.
  std::function<void(const Progress&)> on_progress = [](const Progress&) {
  };
  std::vector<std::string> device_lock;  // devices whose nodes take turns, beside Metal
};

// [main] Runs the graph to its end. Does not throw for anything that happens in a node.
[[nodiscard]] RunReport run_graph(Graph& graph, RunContext& run, const RunOptions& options);

// "began_s" and the moments of sinks are on the machine's steady clock.
[[nodiscard]] Json report_as_json(const RunReport& report);

}  // namespace relievo::host
