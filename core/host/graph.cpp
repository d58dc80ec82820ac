#include "core/host/graph.hpp"

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <sstream>

#include <relievo/sdk/pixel_format.hpp>

#include "core/host/format_fit.hpp"

namespace relievo::host {
namespace {

std::string mebibytes(std::uint64_t bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / 1048576.0;
  return text.str();
}

std::string format_text(const rlv_format& format) {
  return std::to_string(format.width) + "x" + std::to_string(format.height) + " " +
         pixel_format_name(format.pixel_format);
}

std::string edge_name(const Graph& graph, const GraphEdge& edge) {
  const auto& from = graph.nodes[edge.from.node];
  const auto& to = graph.nodes[edge.to];
  return from.name + "." + from.spec->outputs[edge.from.output].name + " -> " + to.name + "." +
         to.spec->inputs[edge.input].name;
}

}  // namespace

std::uint64_t frame_bytes(const rlv_format& format) {
  return static_cast<std::uint64_t>(
      picture_layout(format.pixel_format, format.width, format.height).bytes());
}

std::uint64_t Graph::edge_bytes(const GraphEdge& edge) const {
  return edge.capacity * frame_bytes(format(edge));
}

std::uint64_t Graph::node_bytes(const GraphNode& node) const {
  std::uint64_t bytes = node.needs.host_bytes;
  // Held back, and one moment in work.
  for (const auto& edge : node.inputs)
    if (edge)
      bytes += (std::uint64_t{node.needs.max_latency} + 1) * frame_bytes(format(edges[*edge]));
  for (const auto& format : node.formats) bytes += frame_bytes(format);
  return bytes;
}

std::uint64_t Graph::host_bytes() const {
  std::uint64_t bytes = kProcessBytes;
  for (const auto& node : nodes) bytes += node_bytes(node);
  for (const auto& edge : edges) bytes += edge_bytes(edge);
  return bytes;
}

std::int64_t Graph::expected_frames() const {
  std::int64_t expected = 0;
  for (const auto& node : nodes)
    if (node.is_sink())
      for (const auto& edge : node.inputs)
        if (edge) expected = std::max(expected, format(edges[*edge]).frame_count);
  return expected;
}

std::string describe_graph(const Graph& graph, const RunContext& run) {
  std::ostringstream out;
  std::size_t widest = 4;
  for (const auto& node : graph.nodes) widest = std::max(widest, node.name.size());
  const auto column = static_cast<int>(widest + 2);
  out << std::left << std::setw(column) << "node" << std::setw(28) << "type" << std::right
      << std::setw(8) << "latency" << std::setw(11) << "look-ahead" << std::setw(10) << "host MiB"
      << std::setw(12) << "device MiB"
      << "  output\n";
  for (const auto& node : graph.nodes) {
    out << std::left << std::setw(column) << node.name << std::setw(28) << node.spec->id
        << std::right << std::setw(8) << node.needs.max_latency << std::setw(11)
        << node.needs.look_ahead << std::setw(10) << mebibytes(graph.node_bytes(node))
        << std::setw(12) << mebibytes(node.needs.device_bytes) << "  "
        << (node.formats.empty() ? "-" : format_text(node.formats.front())) << "\n";
  }
  out << "\n"
      << std::left << std::setw(column + 36) << "edge" << std::right << std::setw(10) << "frames"
      << std::setw(10) << "MiB"
      << "\n";
  for (const auto& edge : graph.edges)
    out << std::left << std::setw(column + 36) << edge_name(graph, edge) << std::right
        << std::setw(10) << edge.capacity << std::setw(10) << mebibytes(graph.edge_bytes(edge))
        << "\n";
  out << "\nat most " << mebibytes(graph.host_bytes()) << " MiB on the host";
  if (run.memory_limit != 0) out << " of the allowed " << mebibytes(run.memory_limit) << " MiB";
  if (graph.expected_frames() > 0) out << "; about " << graph.expected_frames() << " frames";
  out << "\n";
  return out.str();
}

Json graph_as_json(const Graph& graph, const RunContext& run) {
  auto nodes = Json::array();
  for (const auto& node : graph.nodes) {
    auto outputs = Json::array();
    for (std::size_t o = 0; o < node.formats.size(); ++o)
      outputs.push_back({{"name", node.spec->outputs[o].name},
                         {"semantic", semantic_name(node.formats[o].semantic)},
                         {"pixel_format", pixel_format_name(node.formats[o].pixel_format)},
                         {"width", node.formats[o].width},
                         {"height", node.formats[o].height},
                         {"rate", {node.formats[o].rate_num, node.formats[o].rate_den}},
                         {"device", device_name(node.formats[o].device_type)}});
    nodes.push_back({{"name", node.name},
                     {"type", node.spec->id},
                     {"inserted", node.is_converter},
                     {"max_latency", node.needs.max_latency},
                     {"look_ahead", node.needs.look_ahead},
                     {"host_bytes", graph.node_bytes(node)},
                     {"device_bytes", node.needs.device_bytes},
                     {"outputs", outputs}});
  }
  auto edges = Json::array();
  for (const auto& edge : graph.edges)
    edges.push_back({{"edge", edge_name(graph, edge)},
                     {"capacity", edge.capacity},
                     {"bytes", graph.edge_bytes(edge)}});
  return {{"nodes", nodes},
          {"edges", edges},
          {"host_bytes", graph.host_bytes()},
          {"memory_limit", run.memory_limit},
          {"expected_frames", graph.expected_frames()}};
}

}  // namespace relievo::host
