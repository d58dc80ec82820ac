// One node of a plugin, alive: every call into it goes through here, is marked for the crash
// handler, checked against the contract and turned into a Failure when it goes wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/node.hpp>

#include "core/host/failure.hpp"
#include "core/host/services.hpp"

namespace relievo::host {

// A call that failed or broke the contract.
class NodeFailure : public Failure {
 public:
  NodeFailure(ExitCode code, rlv_status status, const std::string& message)
      : Failure(code, message), status_(status) {}
  [[nodiscard]] rlv_status status() const noexcept { return status_; }

 private:
  rlv_status status_;
};

// Formats with struct_size set; unknowns unknown.
[[nodiscard]] rlv_format make_format();

struct PlannedNode {
  NodePlan needs;
  std::vector<rlv_format> outputs;
};

// Not thread-safe: the threads are those of the contract. Throws NodeFailure from every call.
class NodeInstance {
 public:
  // Creates the node. type must outlive this object.
  NodeInstance(const rlv_node_type& type, RunContext& run, std::string node_name,
               std::string plugin_name, const std::string& config_json);
  NodeInstance(const NodeInstance&) = delete;
  NodeInstance& operator=(const NodeInstance&) = delete;
  ~NodeInstance();

  // nullptr stands for an optional input that is not connected. presets are what the outputs say
  // unless plan changes it.
  PlannedNode plan(std::span<const rlv_format* const> inputs, std::vector<rlv_format> presets);
  void open();
  // On kDone the frames were taken and are empty afterwards.
  Flow push(std::span<Frame> frames);
  Flow pull(std::span<Frame> frames);
  void drain();
  void reset();
  [[nodiscard]] const void* extension(const char* id);
  // Calls a function of an extension as the node's own are called: marked, watched, and with its
  // errors as NodeFailure.
  rlv_status call_extension(const char* function,
                            const std::function<rlv_status(rlv_error*)>& body);
  // What an extension's own functions want.
  [[nodiscard]] rlv_node* node() const { return node_; }

  [[nodiscard]] const std::string& name() const { return services_.node_name(); }
  [[nodiscard]] const std::string& plugin() const { return plugin_name_; }
  [[nodiscard]] const rlv_host* host() const { return services_.host(); }

  // For the watchdog, from any thread: the function that the worker is in (nullptr: none), and for
  // how long without a sign of life.
  [[nodiscard]] const char* running_function() const { return running_.load(); }
  [[nodiscard]] std::chrono::steady_clock::duration silent_for() const;

 private:
  template <class Call>
  rlv_status call(const char* function, Call&& body);
  [[noreturn]] void fail(const char* function, rlv_status status, const char* message) const;
  [[noreturn]] void misbehaved(const char* function, const std::string& what) const;

  const rlv_node_type& type_;
  const std::string plugin_name_;
  NodeServices services_;
  rlv_node* node_ = nullptr;
  std::atomic<const char*> running_{nullptr};
  bool has_inputs_ = true;
  bool push_said_again_ = false;
  bool draining_ = false;
};

}  // namespace relievo::host
