// Capacities are proven by playing graphs out: a model of the runner's rules with nodes that hold
// back as badly as their promise allows, in every order of events that a random scheduler finds.
#include "core/host/capacity.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace relievo::host {
namespace {

// The runner's rules without threads. A node takes one frame from each input in port order (waiting
// at an empty one), then hands out what it has to give, edge by edge (waiting at a full one). Each
// node has a habit of its own within its promise: always holding the most, never holding anything,
// gathering a window and emptying it, or at random.
class Model {
 public:
  Model(const LatencyGraph& graph, std::vector<std::size_t> capacity, unsigned seed)
      : graph_(graph),
        capacity_(std::move(capacity)),
        random_(seed),
        in_(graph.latency.size()),
        out_(graph.latency.size()),
        nodes_(graph.latency.size()),
        queued_(graph.edges.size()) {
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      in_[graph.edges[e].to].push_back(e);
      out_[graph.edges[e].from].push_back(e);
    }
    for (auto& node : nodes_) node.habit = static_cast<Habit>(random_() % 4);
    for (auto& edges : in_) std::shuffle(edges.begin(), edges.end(), random_);
    for (auto& edges : out_) std::shuffle(edges.begin(), edges.end(), random_);
  }

  // Runs until every node has passed on `frames` frames. False: nothing can move any more before
  // that.
  bool run(int frames) {
    std::vector<std::size_t> order(nodes_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (;;) {
      std::shuffle(order.begin(), order.end(), random_);
      bool moved = false;
      for (const auto n : order)
        while (step(n, frames)) {
          moved = true;
          if (random_() % 3 == 0) break;  // another node may come first
        }
      if (moved) continue;
      return std::all_of(nodes_.begin(), nodes_.end(),
                         [&](const NodeState& node) { return node.given == frames; });
    }
  }

 private:
  enum class Habit { kMost, kNothing, kWindow, kRandom };
  struct NodeState {
    Habit habit = Habit::kMost;
    int taken = 0;          // frames taken whole
    std::size_t ports = 0;  // inputs of the next frame taken already
    int given = 0;          // frames handed out on every edge
    std::size_t edges = 0;  // edges that the next frame was handed to already
    int due = 0;            // frames that must be handed out before more is taken
  };

  bool step(std::size_t n, int frames) {
    auto& node = nodes_[n];
    if (node.given < node.due) return give(n);
    if (node.taken == frames) return false;
    if (node.ports < in_[n].size()) {
      auto& queued = queued_[in_[n][node.ports]];
      if (queued == 0) return false;
      --queued;
      ++node.ports;
      return true;
    }
    node.ports = 0;
    ++node.taken;
    const int held =
        node.taken == frames ? 0 : frames_to_hold(node, static_cast<int>(graph_.latency[n]));
    node.due = std::max(node.due, node.taken - held);
    return true;
  }

  int frames_to_hold(const NodeState& node, int latency) {
    switch (node.habit) {
      case Habit::kMost: return latency;
      case Habit::kNothing: return 0;
      case Habit::kWindow: return node.taken % (latency + 1);
      case Habit::kRandom: break;
    }
    return static_cast<int>(random_() % static_cast<unsigned>(latency + 1));
  }

  bool give(std::size_t n) {
    auto& node = nodes_[n];
    if (node.edges < out_[n].size()) {
      const auto e = out_[n][node.edges];
      if (queued_[e] >= capacity_[e]) return false;
      ++queued_[e];
      ++node.edges;
      return true;
    }
    node.edges = 0;
    ++node.given;
    return true;
  }

  const LatencyGraph& graph_;
  const std::vector<std::size_t> capacity_;
  std::mt19937 random_;
  std::vector<std::vector<std::size_t>> in_;
  std::vector<std::vector<std::size_t>> out_;
  std::vector<NodeState> nodes_;
  std::vector<std::size_t> queued_;
};

// One source, then nodes that each take from one to three earlier ones.
LatencyGraph random_graph(std::mt19937& random) {
  LatencyGraph graph;
  const std::size_t count = 3 + random() % 8;
  for (std::size_t n = 0; n < count; ++n) {
    graph.latency.push_back(n > 0 && random() % 3 == 0 ? random() % 33 : 0);
    std::set<std::size_t> from;
    for (std::size_t k = n > 0 ? 1 + random() % 3 : 0; k > 0; --k) from.insert(random() % n);
    for (const auto f : from) graph.edges.push_back({f, n});
  }
  return graph;
}

TEST(Capacity, NoRandomGraphDeadlocks) {
  std::mt19937 random(20261122);
  for (int trial = 0; trial < 1500; ++trial) {
    const auto graph = random_graph(random);
    Model model(graph, channel_capacities(graph), random());
    ASSERT_TRUE(model.run(120)) << "trial " << trial;
  }
}

// source -> depth (latency L) -> join, source -> join.
LatencyGraph fork_and_join(std::size_t latency) {
  return {{0, latency, 0}, {{0, 1}, {1, 2}, {0, 2}}};
}

TEST(Capacity, ABranchBesideAWindowHoldsTheWindowAndItsEdges) {
  EXPECT_EQ(channel_capacities(fork_and_join(31)),
            (std::vector<std::size_t>{kBaseCapacity, kBaseCapacity, 31 + 2 * kBaseCapacity}));
}

TEST(Capacity, AChainNeedsNoMoreThanTheBase) {
  const LatencyGraph chain{{0, 31, 8, 0}, {{0, 1}, {1, 2}, {2, 3}}};
  EXPECT_EQ(channel_capacities(chain), std::vector<std::size_t>(3, kBaseCapacity));
}

TEST(Capacity, LatencyBeforeTheForkCostsNothingBehindIt) {
  const LatencyGraph graph{{0, 31, 0, 0}, {{0, 1}, {1, 2}, {2, 3}, {1, 3}}};
  EXPECT_EQ(channel_capacities(graph)[3], 2 * kBaseCapacity);
}

TEST(Capacity, TheSameGraphDeadlocksWhenTheBranchHoldsNoMoreThanTheLatency) {
  const auto graph = fork_and_join(31);
  auto capacity = channel_capacities(graph);
  capacity[2] = 31;
  int deadlocks = 0;
  for (unsigned seed = 0; seed < 200; ++seed)
    deadlocks += Model(graph, capacity, seed).run(120) ? 0 : 1;
  EXPECT_GT(deadlocks, 0);
}

// No surplus: a branch holds what all of the longest other branch holds, and not a frame more.
TEST(Capacity, NoEdgeOfARandomForkIsLargerThanTheOtherBranch) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t a = random() % 40;
    const std::size_t b = random() % 40;
    const LatencyGraph graph{{0, a, b, 0}, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}};
    const auto capacity = channel_capacities(graph);
    EXPECT_EQ(capacity[2], b + kBaseCapacity);
    EXPECT_EQ(capacity[3], a + kBaseCapacity);
  }
}

}  // namespace
}  // namespace relievo::host
