#include "core/host/capacity.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace relievo::host {
namespace {

// What lies between one fork and every node after it; nothing where no path leads.
struct Reach {
  std::optional<std::size_t> longest;   // latencies and capacities along the path that holds most
  std::optional<std::size_t> shortest;  // capacities alone along the path that holds least
};

void widen(Reach& reach, const Reach& other) {
  if (!other.longest) return;
  reach.longest = std::max(reach.longest.value_or(0), *other.longest);
  reach.shortest =
      std::min(reach.shortest.value_or(std::numeric_limits<std::size_t>::max()), *other.shortest);
}

class Capacities {
 public:
  explicit Capacities(const LatencyGraph& graph)
      : graph_(graph),
        capacity_(graph.edges.size(), kBaseCapacity),
        incoming_(graph.latency.size()) {
    for (std::size_t e = 0; e < graph.edges.size(); ++e) incoming_[graph.edges[e].to].push_back(e);
  }

  std::vector<std::size_t> solve() {
    // A join is settled once the edges before it are: so walk the nodes in topological order.
    for (std::size_t join = 0; join < graph_.latency.size(); ++join)
      if (incoming_[join].size() > 1)
        for (std::size_t fork = 0; fork < join; ++fork)
          if (branches_part_at(fork, join)) widen_branches(fork, join);
    return capacity_;
  }

 private:
  // Whether join can be reached from fork when node `without` is taken out.
  bool reaches(std::size_t fork, std::size_t join, std::size_t without) const {
    std::vector<bool> reached(join + 1, false);
    reached[fork] = true;
    for (std::size_t node = fork + 1; node <= join; ++node)
      for (const auto e : incoming_[node]) {
        const auto from = graph_.edges[e].from;
        if (node != without && from >= fork && reached[from]) reached[node] = true;
      }
    return reached[join];
  }

  // False if every path from fork to join runs through one node in between: that node is the fork
  // that counts, and what lies before it is common to all branches.
  bool branches_part_at(std::size_t fork, std::size_t join) const {
    if (!reaches(fork, join, graph_.latency.size())) return false;
    for (std::size_t node = fork + 1; node < join; ++node)
      if (!reaches(fork, join, node)) return false;
    return true;
  }

  // What a frame meets between leaving fork and edge e, edge e excluded.
  Reach before_edge(const std::vector<Reach>& node_reach, std::size_t fork, std::size_t e) const {
    const auto from = graph_.edges[e].from;
    if (from == fork) return {0, 0};
    const auto& before = node_reach[from];
    if (!before.longest) return {};
    return {*before.longest + graph_.latency[from], *before.shortest};
  }

  // Raises the edges into join until each branch from fork can hold, in its edges alone, as much as
  // any other branch holds in edges and nodes. The join's own edges count with the base capacity on
  // the other branch: counting what they were raised to would let two branches raise each other for
  // ever.
  void widen_branches(std::size_t fork, std::size_t join) {
    std::vector<Reach> node_reach(graph_.latency.size());
    for (std::size_t node = fork + 1; node < join; ++node)
      for (const auto e : incoming_[node]) {
        auto reach = before_edge(node_reach, fork, e);
        if (!reach.longest) continue;
        widen(node_reach[node], {*reach.longest + capacity_[e], *reach.shortest + capacity_[e]});
      }
    for (const auto e : incoming_[join]) {
      const auto own = before_edge(node_reach, fork, e);
      if (!own.shortest) continue;
      for (const auto rival : incoming_[join]) {
        const auto other = before_edge(node_reach, fork, rival);
        if (rival == e || !other.longest) continue;
        const auto needed = *other.longest + kBaseCapacity;
        if (*own.shortest + capacity_[e] < needed) capacity_[e] = needed - *own.shortest;
      }
    }
  }

  const LatencyGraph& graph_;
  std::vector<std::size_t> capacity_;
  std::vector<std::vector<std::size_t>> incoming_;
};

}  // namespace

std::vector<std::size_t> channel_capacities(const LatencyGraph& graph) {
  return Capacities(graph).solve();
}

}  // namespace relievo::host
