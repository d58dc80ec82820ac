// What the workers of a run tell each other: the first failure, the end, and the verdict that sinks
// wait for.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <relievo/sdk/frame.hpp>

#include "core/host/channel.hpp"
#include "core/host/failure.hpp"

namespace relievo::host {

using FrameChannel = Channel<Frame>;

// Time and frames of one node. Written by its worker, read by anyone.
struct NodeCounters {
  std::atomic<std::int64_t> frames_in{0};
  std::atomic<std::int64_t> frames_out{0};
  std::atomic<std::int64_t> open_ns{0};
  std::atomic<std::int64_t> busy_ns{0};      // inside the node
  std::atomic<std::int64_t> wait_in_ns{0};   // for a frame to come
  std::atomic<std::int64_t> wait_out_ns{0};  // for room behind
};

// Shared by all workers of a run. Every call on any thread.
class RunState {
 public:
  RunState(std::vector<std::unique_ptr<FrameChannel>> channels, std::size_t workers)
      : channels_(std::move(channels)), workers_(workers) {}

  [[nodiscard]] FrameChannel& channel(std::size_t edge) { return *channels_[edge]; }

  // Keeps the first failure and stops everything. Later ones are most often its consequences.
  void fail(const Failure& failure);
  // Stops everything without blame.
  void cancel();
  [[nodiscard]] bool stopped() const { return stopped_.load(); }
  [[nodiscard]] std::optional<Failure> failure() const;
  // What failed after that, or after cancel(): a file that could not be closed, for one.
  [[nodiscard]] std::vector<std::string> later_failures() const;

  // A worker has handed on its last frame.
  void arrive();
  // Blocks until all workers have arrived (true: everything was done) or the run was stopped
  // (false).
  [[nodiscard]] bool wait_for_verdict();

  // A worker has ended altogether.
  void leave();
  // True once all workers but `missing` have left; waits for it at most this long.
  [[nodiscard]] bool wait_until_left(std::chrono::milliseconds limit, std::size_t missing = 0);

 private:
  void stop();

  std::vector<std::unique_ptr<FrameChannel>> channels_;
  const std::size_t workers_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Failure> failure_;
  std::vector<std::string> later_failures_;
  std::size_t arrived_ = 0;
  std::size_t left_ = 0;
};

}  // namespace relievo::host
