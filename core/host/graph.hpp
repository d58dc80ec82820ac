// A graph that is ready to run: nodes created and planned, converters put where formats do not fit,
// edges sized, memory bounded. Nothing is opened yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/host/node_instance.hpp"
#include "core/host/registry.hpp"
#include "core/host/resolve.hpp"
#include "core/host/services.hpp"

namespace relievo::host {

// The program, its libraries and an open film, before the first frame: 61 MiB measured with FFmpeg
// 5.1 and OpenCV 4.6 on Linux.
inline constexpr std::uint64_t kProcessBytes = std::uint64_t{64} << 20U;

struct GraphNode {
  std::string name;
  const NodeSpec* spec = nullptr;
  std::string device;
  bool is_converter = false;  // put there by the host
  bool starts_clock = false;
  std::unique_ptr<NodeInstance> instance;
  std::vector<std::optional<std::size_t>> inputs;  // per input: its edge
  std::vector<std::vector<std::size_t>> outputs;   // per output: its edges
  std::vector<rlv_format> formats;                 // per output
  NodePlan needs;

  [[nodiscard]] bool is_source() const { return inputs.empty(); }
  [[nodiscard]] bool is_sink() const { return formats.empty(); }
};

struct GraphEdge {
  Link from;
  std::size_t to = 0;
  std::size_t input = 0;
  std::size_t capacity = 0;  // frames
};

struct Graph {
  Graph() = default;
  Graph(Graph&&) = default;
  Graph& operator=(Graph&& other) noexcept {
    nodes.swap(other.nodes);
    edges.swap(other.edges);
    return *this;
  }
  // Nodes end before those that feed them: what they still hold may be frames of those.
  ~Graph() {
    while (!nodes.empty()) nodes.pop_back();
  }

  std::vector<GraphNode> nodes;  // topological order
  std::vector<GraphEdge> edges;

  [[nodiscard]] const rlv_format& format(const GraphEdge& edge) const {
    return nodes[edge.from.node].formats[edge.from.output];
  }
  // Bytes of frames that the edge and the nodes around it can hold at once.
  [[nodiscard]] std::uint64_t edge_bytes(const GraphEdge& edge) const;
  // Bytes of frames that a node may hold back, and what it says it needs beside.
  [[nodiscard]] std::uint64_t node_bytes(const GraphNode& node) const;
  // An upper bound of the memory of a run on the host, in bytes; nothing in it depends on the
  // film's length.
  [[nodiscard]] std::uint64_t host_bytes() const;
  // Frames that the sinks expect; 0 unknown.
  [[nodiscard]] std::int64_t expected_frames() const;
};

// [main] Throws Failure: of a node that cannot do what is asked, of formats that cannot be made to
// fit, and of a graph that needs more than run.memory_limit.
[[nodiscard]] Graph build_graph(const ResolvedGraph& resolved, const Registry& registry,
                                RunContext& run);

// The table of --dry-run: latency, look-ahead, memory, edges.
[[nodiscard]] std::string describe_graph(const Graph& graph, const RunContext& run);
[[nodiscard]] Json graph_as_json(const Graph& graph, const RunContext& run);

// Bytes of one frame of the format.
[[nodiscard]] std::uint64_t frame_bytes(const rlv_format& format);

}  // namespace relievo::host
