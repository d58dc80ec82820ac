#include "core/host/resolve.hpp"

#include <algorithm>
#include <map>

#include <relievo/sdk/pixel_format.hpp>

#include "core/host/placeholders.hpp"
#include "core/host/suggest.hpp"
#include "core/host/typed_params.hpp"
#include "core/host/wiring.hpp"
#include "core/hub/error.hpp"
#include "core/hub/names.hpp"

namespace relievo::host {
namespace {

// What `type: auto` tries, best first; the last one needs no weights.
const std::vector<std::string> kPreferred{"depth_pro.depth", "video_depth_anything.depth",
                                          "motion_cues.depth"};

bool is_sink(const NodeSpec& spec) {
  return spec.outputs.empty();
}
bool is_source(const NodeSpec& spec) {
  return spec.inputs.empty();
}

std::vector<WeightSpec> needed_weights(const NodeSpec& spec, const Json& params) {
  std::vector<WeightSpec> needed;
  for (const auto& weight : spec.weights) {
    const bool applies =
        std::all_of(weight.when.items().begin(), weight.when.items().end(), [&](const auto& item) {
          return params.contains(item.key()) && params.at(item.key()) == item.value();
        });
    if (applies) needed.push_back(weight);
  }
  return needed;
}

// One name of a config's weights, checked as the hub's names are: it becomes part of a path and of
// an address.
void apply_name(const Setting& weights, const char* key, const std::string& what,
                void (*check)(std::string_view), std::string& name) {
  const auto* setting = weights.find(key);
  if (setting == nullptr) return;
  name = text_of(*setting, what);
  try {
    check(name);
  } catch (const hub::Error& error) {
    fail_at(setting->place, what + ": " + error.what());
  }
}

// `weights: {repo, revision, file}` or `weights: {path}` of a config, on top of what the manifest
// says.
void apply_weight_setting(const NodeConfig& node, WeightSpec& weight, std::string& path) {
  const std::string what = "node '" + node.name + "': 'weights'";
  check_known_keys(*node.weights, what, {"repo", "revision", "file", "path"});
  const auto named = weight;
  apply_name(*node.weights, "repo", what, &hub::check_repo, weight.repo);
  apply_name(*node.weights, "revision", what, &hub::check_revision, weight.revision);
  apply_name(*node.weights, "file", what, &hub::check_file, weight.file);
  // What the plugin's author says of a licence is said of his repository.
  if (weight.repo != named.repo) weight.licence.clear();
  if (weight.repo != named.repo || weight.revision != named.revision || weight.file != named.file)
    weight.model.clear();
  if (const auto* local = node.weights->find("path")) {
    if (node.weights->map()->size() > 1)
      fail_at(local->place,
              what + ": 'path' stands for a file on this machine, so nothing else goes with it");
    path = (local->place.origin->base / text_of(*local, what)).lexically_normal().string();
    if (!std::filesystem::is_regular_file(path))
      throw Failure(ExitCode::kWeights,
                    local->place.text() + ": " + what + ": there is no file '" + path + "'");
  }
}

class Resolver {
 public:
  Resolver(const Config& config, const Registry& registry, const ResolveOptions& options)
      : config_(config), registry_(registry), options_(options), nodes_(config.nodes) {}

  ResolvedGraph run() {
    assign_ends();
    for (auto& node : nodes_)
      if (node.type == "auto") choose_type(node);
    leave_out_unneeded();
    for (auto& node : nodes_) resolve_node(node);
    std::vector<WiringNode> wiring;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      wiring.push_back({&nodes_[i], resolved_[i].type.spec});
    for (std::size_t i = 0; i < nodes_.size(); ++i) resolved_[i].inputs = wire(wiring, i);
    sort_and_prune();
    check_clocks();
    check_semantics();
    fill_all_placeholders();
    check_outputs();
    return std::move(graph_);
  }

 private:
  // ---- top-level `input` and `output`

  // Types are needed to know sources and sinks; `auto` is neither.
  const NodeSpec* spec_of(const NodeConfig& node) const { return registry_.find(node.type).spec; }

  void assign_ends() {
    if (config_.input) assign_end(*config_.input, "input", "source", is_source);
    if (config_.output) assign_end(*config_.output, "output", "sink", is_sink);
  }

  // `output` is the film's: a contact sheet or a second sink with a path of its own does not stand
  // in its way.
  void assign_end(const Setting& path, const std::string& key, const std::string& kind,
                  bool (*fits)(const NodeSpec&)) {
    std::vector<NodeConfig*> open;
    std::vector<NodeConfig*> all;
    for (auto& node : nodes_) {
      const auto* spec = spec_of(node);
      if (spec == nullptr || !fits(*spec) || spec->parameter("path") == nullptr) continue;
      all.push_back(&node);
      if (!node.path && node.params.find("path") == nullptr) open.push_back(&node);
    }
    auto& candidates = open.empty() && all.size() == 1 ? all : open;
    if (candidates.size() == 1) {
      candidates.front()->path = path;
      return;
    }
    if (candidates.empty())
      fail_at(path.place, "'" + key + "' has no " + kind + " to go to: every " + kind +
                              " has a path of its own; use --set nodes.NAME.path=FILE");
    std::vector<std::string> names;
    for (const auto* node : candidates) names.push_back(node->name);
    fail_at(path.place, "'" + key + "' is short for the only " + kind + ", but there are " +
                            listed(names) + "; give each its 'path'");
  }

  // ---- one node

  void resolve_node(NodeConfig& node) {
    ResolvedNode resolved;
    resolved.name = node.name;
    resolved.place = node.place;
    resolved.type = registry_.find(node.type);
    if (resolved.type.spec == nullptr)
      throw Failure(ExitCode::kPlugin, node.type_place.text() + ": node '" + node.name +
                                           "': " + registry_.explain_missing(node.type));
    const auto& spec = *resolved.type.spec;
    resolved.params = typed_params(node, spec);
    if (options_.overwrite && spec.parameter("overwrite") != nullptr)
      resolved.params["overwrite"] = true;
    for (const auto& parameter : spec.parameters)
      if ((parameter.is_input_path || parameter.is_output_path) && parameter.name == "path" &&
          !resolved.params.contains("path"))
        fail_at(node.place,
                "node '" + node.name + "' has no path; give it one with 'path', or use " +
                    (is_source(spec)           ? "--input"
                     : parameter.is_input_path ? "--set nodes." + node.name + ".path=FILE"
                                               : "--output; \"null\" in quotes writes nothing"));
    resolved.device = node.device;
    check_device(node, spec);
    resolved.weights = find_weights(node, spec, resolved.params, resolved.weight_origins);
    resolved_.push_back(std::move(resolved));
  }

  static void check_device(const NodeConfig& node, const NodeSpec& spec) {
    if (node.device == "auto") return;
    const auto kind = node.device.substr(0, node.device.find(':'));
    if (std::find(spec.devices.begin(), spec.devices.end(), kind) == spec.devices.end())
      fail_at(node.device_place, "node '" + node.name + "': '" + spec.id + "' does not run on '" +
                                     node.device + "'; it runs on " + listed(spec.devices));
  }

  Json find_weights(const NodeConfig& node, const NodeSpec& spec, const Json& params,
                    Json& origins) const {
    auto found = Json::object();
    auto needed = needed_weights(spec, params);
    if (node.weights && needed.size() != 1)
      fail_at(node.weights->place, "node '" + node.name + "': '" + spec.id + "' takes " +
                                       std::to_string(needed.size()) +
                                       " files of weights, so 'weights' cannot replace them");
    for (auto& weight : needed) {
      std::string path;
      if (node.weights) apply_weight_setting(node, weight, path);
      if (path.empty()) {
        const auto answer = options_.find_weights(weight, true);
        if (!answer.path)
          throw Failure(ExitCode::kWeights,
                        node.place.text() + ": node '" + node.name + "' needs " + weight.repo +
                            "/" + weight.file + ": " + answer.obstacle +
                            (answer.way_out.empty() ? "" : "; " + answer.way_out));
        path = answer.path->string();
        origins[weight.name] = {{"repo", weight.repo},
                                {"revision", weight.revision},
                                {"file", weight.file},
                                {"licence", weight.licence}};
      }
      found[weight.name] = path;
    }
    return found;
  }

  // ---- type: auto

  // Why an approach cannot be taken; empty if it can.
  std::string obstacle(const NodeConfig& node, const std::string& type) const {
    const auto found = registry_.find(type);
    if (found.spec == nullptr) return "no plugin for it is installed";
    auto trial = node;
    trial.params = params_for(node, type);
    const auto params = typed_params(trial, *found.spec);
    for (const auto& weight : needed_weights(*found.spec, params))
      if (const auto answer = options_.find_weights(weight, false); !answer.path)
        return answer.obstacle;
    return "";
  }

  // `params` of an auto node is a map from node type to parameters.
  static Setting params_for(const NodeConfig& node, const std::string& type) {
    const auto* params = node.params.find(type);
    return params == nullptr ? Setting{node.params.place, {}} : *params;
  }

  void choose_type(NodeConfig& node) {
    const auto& wanted = node.prefer.empty() ? kPreferred : node.prefer;
    if (const auto* entries = node.params.map())
      for (const auto& entry : *entries)
        if (std::find(wanted.begin(), wanted.end(), entry.key) == wanted.end())
          fail_at(entry.key_place, "node '" + node.name +
                                       "': with 'type: auto' parameters stand under a "
                                       "node type, one of " +
                                       listed(wanted));
    std::string because;
    for (const auto& type : wanted) {
      const auto why_not = obstacle(node, type);
      if (!why_not.empty()) {
        because += (because.empty() ? "" : "; ") + type + ": " + why_not;
        continue;
      }
      graph_.notes.push_back("node '" + node.name + "': takes " + type +
                             (because.empty() ? ", the first choice" : " (" + because + ")"));
      node.params = params_for(node, type);
      node.type = type;
      return;
    }
    throw Failure(ExitCode::kPlugin, node.type_place.text() + ": node '" + node.name +
                                         "': no approach can be used (" + because + ")");
  }

  // ---- only_after

  // Nodes whose first input does not come from a type that they are for; who reads them reads that
  // input.
  void leave_out_unneeded() {
    for (std::size_t i = 0; i < nodes_.size();) {
      const auto node = nodes_[i];
      if (node.only_after.empty() || is_wanted_after(node)) {
        ++i;
        continue;
      }
      nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(i));
      const auto& passed_on = node.inputs.front();
      for (auto& other : nodes_) {
        for (auto& input : other.inputs) {
          if (input.node != node.name) continue;
          input.node = passed_on.node;
          input.output = passed_on.output;
        }
      }
      i = 0;  // another may now come after something else
    }
  }

  bool is_wanted_after(const NodeConfig& node) const {
    const auto& first = node.inputs.front();
    const auto before = std::find_if(nodes_.begin(), nodes_.end(),
                                     [&](const auto& other) { return other.name == first.node; });
    // What does not exist is told when inputs are bound.
    if (before == nodes_.end()) return true;
    return std::find(node.only_after.begin(), node.only_after.end(), before->type) !=
           node.only_after.end();
  }

  // ---- order, clocks, semantics

  enum class Mark { kNew, kOpen, kDone };

  void visit(std::size_t index, std::vector<Mark>& marks, std::vector<std::size_t>& order) {
    if (marks[index] == Mark::kDone) return;
    if (marks[index] == Mark::kOpen)
      fail_at(resolved_[index].place,
              "node '" + resolved_[index].name + "' depends on itself through its inputs");
    marks[index] = Mark::kOpen;
    for (const auto& link : resolved_[index].inputs)
      if (link) visit(link->node, marks, order);
    marks[index] = Mark::kDone;
    order.push_back(index);
  }

  // Only what a sink needs is run; links are renumbered to the new order.
  void sort_and_prune() {
    std::vector<Mark> marks(resolved_.size(), Mark::kNew);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < resolved_.size(); ++i)
      if (is_sink(*resolved_[i].type.spec)) visit(i, marks, order);
    if (order.empty())
      throw Failure(ExitCode::kUsage,
                    config_.label + ": no node writes anything; add one of type 'sink'");
    // Cycles among nodes that no sink needs are mistakes as well.
    auto all = order;
    for (std::size_t i = 0; i < resolved_.size(); ++i) {
      if (marks[i] == Mark::kNew)
        graph_.notes.push_back("node '" + resolved_[i].name + "' is left out: no sink needs it");
      visit(i, marks, all);
    }
    std::vector<std::size_t> position(resolved_.size());
    for (std::size_t p = 0; p < order.size(); ++p) position[order[p]] = p;
    for (const auto index : order) {
      graph_.nodes.push_back(std::move(resolved_[index]));
      for (auto& link : graph_.nodes.back().inputs)
        if (link) link->node = position[link->node];
    }
  }

  // Frames of different clocks do not show the same moments: they cannot be joined.
  void check_clocks() const {
    std::vector<std::size_t> clock(graph_.nodes.size());
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const auto& node = graph_.nodes[i];
      std::optional<std::size_t> joined;
      for (const auto& link : node.inputs) {
        if (!link) continue;
        if (joined && *joined != clock[link->node])
          fail_at(node.place, "node '" + node.name +
                                  "' joins frames of different times: those of '" +
                                  graph_.nodes[*joined].name + "' and of '" +
                                  graph_.nodes[clock[link->node]].name +
                                  "'; take both from behind the same source and rate");
        joined = clock[link->node];
      }
      clock[i] = node.starts_clock() ? i : joined.value_or(i);
    }
  }

  // What an output carries, where the manifests tell.
  // What an output may give: one of these; empty: not known yet.
  std::vector<std::uint32_t> semantics_of(const Link& link) const {
    const auto& node = graph_.nodes[link.node];
    const auto& output = node.type.spec->outputs[link.output];
    if (output.semantic) return {*output.semantic};
    if (!output.semantics.empty() || node.inputs.empty() || !node.inputs[0])
      return output.semantics;
    return semantics_of(*node.inputs[0]);
  }

  void check_semantics() const {
    for (const auto& node : graph_.nodes)
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const auto& input = node.type.spec->inputs[i];
        if (!node.inputs[i] || input.semantics.empty()) continue;
        const auto given = semantics_of(*node.inputs[i]);
        if (given.empty() || std::find_first_of(given.begin(), given.end(), input.semantics.begin(),
                                                input.semantics.end()) != given.end())
          continue;
        std::vector<std::string> wanted;
        for (const auto s : input.semantics) wanted.push_back(semantic_name(s));
        fail_at(node.place, "node '" + node.name + "': its input '" + input.name + "' takes " +
                                listed(wanted) + ", but '" +
                                graph_.nodes[node.inputs[i]->node].name + "' gives " +
                                semantic_name(given.front()));
      }
  }

  // ---- {dir}, {stem} and {ext} of the first source, in the paths of sinks

  void fill_all_placeholders() {
    const auto source = source_path(graph_);
    for (auto& node : graph_.nodes)
      for (const auto& parameter : node.type.spec->parameters)
        if (parameter.is_output_path && node.params.contains(parameter.name))
          node.params[parameter.name] =
              fill_placeholders(node.params.at(parameter.name).get<std::string>(), source,
                                node.place, "node '" + node.name + "'");
  }

  // Two nodes that write one file at the same time would spoil it, and a node that writes what
  // another reads.
  void check_outputs() const {
    struct End {
      const ResolvedNode* node;
      std::filesystem::path path;
      bool is_output;
    };
    std::vector<End> ends;
    for (const auto& node : graph_.nodes)
      for (const auto& parameter : node.type.spec->parameters) {
        if (!parameter.is_output_path && !parameter.is_input_path) continue;
        if (!node.params.contains(parameter.name)) continue;
        const auto text = node.params.at(parameter.name).get<std::string>();
        if (text == "null" || text == "-" || text.empty()) continue;
        const End end{&node, std::filesystem::path(text).lexically_normal(),
                      parameter.is_output_path};
        for (const auto& other : ends) {
          if (other.node == &node || (!end.is_output && !other.is_output)) continue;
          if (!is_same_file(end.path, other.path)) continue;
          fail_at(node.place, end.is_output && other.is_output
                                  ? "nodes '" + other.node->name + "' and '" + node.name +
                                        "' both write '" + text + "'; give each a file of its own"
                                  : "node '" + (end.is_output ? node : *other.node).name +
                                        "' would write '" + text + "', which node '" +
                                        (end.is_output ? *other.node : node).name +
                                        "' reads; choose another output");
        }
        ends.push_back(end);
      }
  }

  // By name, or by what links lead to.
  static bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code missing;
    return a == b || std::filesystem::equivalent(a, b, missing);
  }

  const Config& config_;
  const Registry& registry_;
  const ResolveOptions& options_;
  std::vector<NodeConfig> nodes_;
  std::vector<ResolvedNode> resolved_;
  ResolvedGraph graph_;
};

}  // namespace

std::filesystem::path source_path(const ResolvedGraph& graph) {
  for (const auto& node : graph.nodes)
    if (is_source(*node.type.spec) && node.params.contains("path"))
      return node.params.at("path").get<std::string>();
  return {};
}

bool ResolvedNode::starts_clock() const {
  switch (type.spec->new_clock) {
    case NewClock::kNever: return false;
    case NewClock::kAlways: return true;
    case NewClock::kIfFps: return params.value("fps", 0.0) > 0.0;
  }
  return false;
}

ResolvedGraph resolve(const Config& config, const Registry& registry,
                      const ResolveOptions& options) {
  return Resolver(config, registry, options).run();
}

}  // namespace relievo::host
