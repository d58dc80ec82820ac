// The thread of one node: takes frames from its edges, drives the node, hands on what comes out.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/host/graph.hpp"
#include "core/host/run_state.hpp"

namespace relievo::host {

class Worker {
 public:
  // device_lock: held around push and pull, so that nodes on one device take turns; may be nullptr.
  Worker(Graph& graph, std::size_t index, RunState& state, std::mutex* device_lock);

  // [worker] Runs the node from open to its end. Never throws: failures go to the run's state.
  void run();

  [[nodiscard]] const NodeCounters& counters() const { return counters_; }
  // run() is over, or about to return. Any thread.
  [[nodiscard]] bool is_done() const { return is_done_.load(); }
  // What a sink says of its file once is_done(); null for other nodes.
  [[nodiscard]] const Json& report() const { return report_; }

 private:
  // What identifies a moment: results must carry on what came in.
  struct Moment {
    std::int64_t index;
    std::int64_t pts;
    std::int64_t duration;
  };
  enum class Step { kGoOn, kEnd, kStopped };

  void work();
  // One moment: a frame from each connected input.
  Step take(std::vector<Frame>& frames);
  Step feed(std::vector<Frame>& frames);
  // Pulls until the node has no more to give for now.
  Step pull_all();
  Step hand_on(std::vector<Frame>& outputs);
  void check_result(const std::vector<Frame>& outputs);
  void check_latency() const;
  void finish_sink(bool all_is_done);
  [[noreturn]] void misbehaved(const std::string& what) const;
  Flow call_push(std::vector<Frame>& frames);
  Flow call_pull(std::vector<Frame>& frames);

  GraphNode& node_;
  RunState& state_;
  std::mutex* device_lock_;
  std::vector<std::optional<std::size_t>> inputs_;  // edges
  std::vector<std::vector<std::size_t>> outputs_;   // edges
  std::deque<Moment> pending_;                      // taken in and not given out yet
  NodeCounters counters_;
  Json report_;
  std::atomic<bool> is_done_{false};
};

}  // namespace relievo::host
