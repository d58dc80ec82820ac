// The C++ shape of a node. A plugin derives from Mapper (one frame in, one out), from QueuedNode
// (holds frames back) or, for full control, from Node itself; node_type.hpp turns the class into
// the C table that the host sees.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>

namespace relievo {

enum class Flow { kDone, kAgain, kEnd };  // RLV_OK, RLV_AGAIN, RLV_EOS

// What plan() answers beside the output formats; see rlv_plan.
struct NodePlan {
  std::uint32_t max_latency = 0;
  std::uint32_t look_ahead = 0;
  std::uint32_t threads = 0;
  std::uint64_t host_bytes = 0;
  std::uint64_t device_bytes = 0;
};

// in[i] is nullptr for an optional input that is not connected.
using InputFormats = std::span<const rlv_format* const>;
using OutputFormats = std::span<rlv_format* const>;

// Failures are thrown as Error (or any std::exception). Threads and order of calls as in
// relievo/plugin.h.
class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  virtual NodePlan plan(InputFormats in, OutputFormats out) = 0;  // [main]
  virtual void open() {}                                          // [worker]
  // kDone: the node has taken (copied or moved) what it wants of in. kAgain: it has taken nothing
  // and wants a pull.
  virtual Flow push(std::span<Frame> in) = 0;
  // kDone: every out[i] is filled.
  virtual Flow pull(std::span<Frame> out) = 0;
  virtual void drain() = 0;
  virtual void reset() = 0;
  virtual const void* extension(const char* /*id*/) { return nullptr; }
};

// A node that takes frames as they come and gives results out in order, at its own rhythm within
// max_latency.
class QueuedNode : public Node {
 public:
  Flow push(std::span<Frame> in) final;
  Flow pull(std::span<Frame> out) final;
  void drain() final;
  void reset() final;

 protected:
  // One frame per input (empty where an optional one is not connected). Calls emit() for each
  // result that is ready.
  virtual void accept(std::span<Frame> in) = 0;
  // No more input: emits everything still held.
  virtual void finish() {}
  // Forgets all frames, keeps what open() loaded.
  virtual void forget() {}

  // Queues one result: a frame for each output, in the order of the manifest.
  void emit(std::vector<Frame> outputs);

 private:
  std::deque<std::vector<Frame>> ready_;
  bool draining_ = false;
};

// A node whose result for a frame depends on frames up to that one only.
class Mapper : public QueuedNode {
 protected:
  virtual std::vector<Frame> map(std::span<const Frame> in) = 0;

 private:
  void accept(std::span<Frame> in) final { emit(map(in)); }
};

}  // namespace relievo
