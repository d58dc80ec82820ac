// The rlv_host that one node sees, and what stands behind it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include <relievo/plugin.h>

#include "core/host/log.hpp"

namespace relievo::host {

// What all nodes of a run share. Outlives every node.
struct RunContext {
  explicit RunContext(Log& run_log) : log(run_log) {}

  Log& log;
  std::atomic<bool> cancelled{false};
  std::uint32_t cpu_threads = 1;
  std::uint64_t memory_limit = 0;            // bytes on the host; 0 unknown
  std::filesystem::path cache_root;          // each plugin gets a folder of its own below it
  std::chrono::milliseconds stall_limit{0};  // 0: no watchdog
};

// One per node, made before create() and kept until after destroy(); its address is what the plugin
// holds.
class NodeServices {
 public:
  NodeServices(RunContext& run, std::string node_name, const std::string& plugin_name);
  NodeServices(const NodeServices&) = delete;
  NodeServices& operator=(const NodeServices&) = delete;

  [[nodiscard]] const rlv_host* host() const { return &host_; }
  [[nodiscard]] const std::string& node_name() const { return node_name_; }

  // What the node said in its last progress(): the watchdog reads it from another thread.
  [[nodiscard]] std::chrono::steady_clock::time_point last_sign_of_life() const {
    return std::chrono::steady_clock::time_point(
        std::chrono::steady_clock::duration(last_sign_.load(std::memory_order_relaxed)));
  }
  void note_sign_of_life() {
    last_sign_.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                     std::memory_order_relaxed);
  }

 private:
  RunContext& run_;
  const std::string node_name_;
  const std::string cache_folder_;
  std::atomic<std::chrono::steady_clock::rep> last_sign_{0};
  rlv_host host_{};
};

}  // namespace relievo::host
