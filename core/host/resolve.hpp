// From what a config says to what it means: node types found, parameters typed and complete, inputs
// bound to outputs, everything checked that can be checked without creating a node.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/host/config.hpp"
#include "core/host/manifest.hpp"
#include "core/host/registry.hpp"

namespace relievo::host {

// Output `output` of node `node`, by position.
struct Link {
  std::size_t node = 0;
  std::size_t output = 0;
};

struct ResolvedNode {
  std::string name;
  Place place;
  FoundNode type;
  std::vector<std::optional<Link>>
      inputs;  // one per input of the type; nothing: optional and not connected
  std::string device;
  Json params;   // every parameter that has a value
  Json weights;  // name -> absolute path
  // name -> {repo, revision, file, licence}; not of weights that a config names by their path
  Json weight_origins = Json::object();

  // Whether its frames are on a clock of its own.
  [[nodiscard]] bool starts_clock() const;
};

// Nodes in topological order: links point backwards only. All of them lead to a sink.
struct ResolvedGraph {
  std::vector<ResolvedNode> nodes;
  std::vector<std::string> notes;  // what the user should hear: a choice made, a node left out
};

// What the first source reads; empty if no source has a path.
[[nodiscard]] std::filesystem::path source_path(const ResolvedGraph& graph);

// Where a file of weights lies on this machine, or why it cannot be used and what to do.
struct WeightsAnswer {
  std::optional<std::filesystem::path> path;
  std::string obstacle;  // "its weights are not on this machine"
  std::string way_out;   // "fetch them with: ..."
};

// may_ask: the user has chosen this approach, so it may be asked whether to fetch; otherwise only
// look.
using WeightsFinder = std::function<WeightsAnswer(const WeightSpec&, bool may_ask)>;

struct ResolveOptions {
  bool overwrite = false;  // for every sink
  WeightsFinder find_weights = [](const WeightSpec&, bool) {
    return WeightsAnswer{std::nullopt, "its weights are not on this machine", ""};
  };
};

// Throws Failure: kUsage with place and way out; kPlugin for a type that no plugin has; kWeights
// for absent weights.
[[nodiscard]] ResolvedGraph resolve(const Config& config, const Registry& registry,
                                    const ResolveOptions& options);

}  // namespace relievo::host
