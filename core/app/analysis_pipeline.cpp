#include "core/app/analysis_pipeline.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <set>

#include "core/host/failure.hpp"

namespace relievo::app {
namespace {

using host::ExitCode;
using host::Failure;
using host::InputRef;
using host::NodeConfig;

constexpr const char* kViewType = "stereo.view";
constexpr const char* kReducer = "analyse_scale";
constexpr double kRateLookedAt = 6.0;  // frames a second
constexpr int kMostWidth = 960;        // and their width; networks scale down further by themselves

NodeConfig* node_named(host::Config& config, const std::string& name) {
  for (auto& node : config.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

// The input of a node that a name stands for: written for itself, or what `in: x` gives.
InputRef input_of(const NodeConfig& node, const std::string& port) {
  for (const auto& ref : node.inputs)
    if (ref.port == port) return ref;
  host::fail_at(node.place, "node '" + node.name + "' does not say what its '" + port +
                                "' is; write in: {colour: ..., depth: ...}");
}

bool comes_from(host::Config& config, const std::string& node, const std::string& origin,
                std::set<std::string>& seen) {
  if (node == origin) return true;
  const auto* found = node_named(config, node);
  if (found == nullptr || !seen.insert(node).second) return false;
  return std::any_of(found->inputs.begin(), found->inputs.end(), [&](const InputRef& ref) {
    return comes_from(config, ref.node, origin, seen);
  });
}

host::Setting params_of(const std::vector<std::pair<std::string, std::string>>& values) {
  host::Setting params;
  host::Setting::Map entries;
  for (const auto& [key, value] : values) entries.push_back({key, {}, {{}, value}});
  params.value = std::move(entries);
  return params;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// Depth and everything behind the colour then sees fewer and smaller frames; cuts, which come
// before, still see all.
void reduce(host::Config& config, InputRef& colour, double fps) {
  NodeConfig reducer;
  reducer.name = kReducer;
  reducer.type = "scale";
  reducer.inputs = {{"", colour.node, colour.output, {}}};
  std::vector<std::pair<std::string, std::string>> params{
      {"max_width", std::to_string(kMostWidth)}};
  if (fps > 0) params.emplace_back("fps", number_text(fps));
  reducer.params = params_of(params);
  for (auto& node : config.nodes)
    for (auto& ref : node.inputs)
      if (ref.node == colour.node) {
        ref.node = kReducer;
        ref.output.clear();
      }
  colour = {"colour", kReducer, "", colour.place};
  config.nodes.push_back(std::move(reducer));
}

}  // namespace

AnalysisPipeline analysis_pipeline(host::Config config, double rate, int every,
                                   const host::Registry& registry, host::Log& log) {
  const auto view = std::find_if(config.nodes.begin(), config.nodes.end(),
                                 [](const NodeConfig& node) { return node.type == kViewType; });
  if (view == config.nodes.end())
    throw Failure(ExitCode::kUsage, config.label + ": has no node of type '" + kViewType +
                                        "', whose strength and convergence could be proposed; "
                                        "name another pipeline with --config");
  AnalysisPipeline result;
  result.view = view->name;
  auto colour = input_of(*view, "colour");
  auto depth = input_of(*view, "depth");
  depth.port = "depth";
  result.depth = depth.node;
  // What writes, and the views, are of no use here.
  std::erase_if(config.nodes, [&](const NodeConfig& node) {
    const auto* spec = registry.find(node.type).spec;
    return node.name == result.view || (spec != nullptr && spec->outputs.empty());
  });
  config.output.reset();
  config.spatial.reset();
  config.sidecar = false;

  std::set<std::string> seen;
  if (comes_from(config, depth.node, colour.node, seen) && depth.node != colour.node) {
    result.every =
        every > 0 ? every : std::max(1, static_cast<int>(std::lround(rate / kRateLookedAt)));
    if (rate <= 0) result.every = 1;
    reduce(config, colour, result.every > 1 ? rate / result.every : 0.0);
  } else {
    log.warn("node '" + result.depth + "' does not see the frames of node '" + colour.node +
             "': every frame is looked at, at its full size");
  }
  NodeConfig sink;
  sink.name = kAnalysisSink;
  sink.type = "quality.shots";
  sink.inputs = {colour, depth};
  config.nodes.push_back(std::move(sink));
  result.config = std::move(config);
  return result;
}

double written_number(const host::Config& config, const std::string& node,
                      const std::string& parameter, double fallback) {
  for (const auto& candidate : config.nodes) {
    if (candidate.name != node) continue;
    const auto* setting = candidate.params.find(parameter);
    const auto* text = setting != nullptr ? setting->text() : nullptr;
    if (text == nullptr) return fallback;
    double value = fallback;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc() && end == text->data() + text->size() ? value : fallback;
  }
  return fallback;
}

}  // namespace relievo::app
