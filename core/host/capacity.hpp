// How many frames each edge of a graph must be able to hold.
//
// A fork whose branches meet again deadlocks if one branch is too short: the joining node waits for
// the branch with latency, that branch waits for more input, and the fork cannot give it any
// because the other branch is full. With a capacity of at least (latency of the longest branch) + 1
// on every other branch that cannot happen; capacities along the longest branch are added so that
// all of it can be busy at once. See docs/decisions/0002-channel-capacities.md.
#pragma once

#include <cstddef>
#include <vector>

namespace relievo::host {

// A directed acyclic graph. Nodes are numbers from 0; edges run from lower to higher topological
// rank.
struct LatencyGraph {
  struct Edge {
    std::size_t from;
    std::size_t to;
  };
  std::vector<std::size_t> latency;  // per node: the most frames it ever holds back
  std::vector<Edge> edges;
};

// What an edge holds when nothing asks for more: one frame in work on each side of it.
inline constexpr std::size_t kBaseCapacity = 2;

// The capacity of each edge, in the order of graph.edges. The graph must be acyclic and its nodes
// topologically numbered (from < to).
[[nodiscard]] std::vector<std::size_t> channel_capacities(const LatencyGraph& graph);

}  // namespace relievo::host
