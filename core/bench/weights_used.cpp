#include "core/bench/weights_used.hpp"

#include "core/host/failure.hpp"
#include "core/host/weights.hpp"

namespace relievo::bench {
namespace {

using host::Json;

// Whether the parameters, with the defaults of the type, are those that the weights are for.
bool are_needed(const host::WeightSpec& weights, const host::NodeSpec& spec, const Json& params) {
  for (const auto& [name, value] : weights.when.items()) {
    const auto* parameter = spec.parameter(name);
    const auto given = params.contains(name)  ? params.at(name)
                       : parameter != nullptr ? parameter->default_value
                                              : Json();
    if (given != value) return false;
  }
  return true;
}

std::string pinned_revision(const host::WeightSpec& spec, host::Log& log) {
  try {
    if (const auto pin = host::Weights::standard(log, {}).pin(spec)) return pin->commit;
  } catch (const host::Failure& failure) {
    log.debug(failure.what());
  }
  return spec.revision;
}

}  // namespace

Json weights_used(const Json& nodes, const host::Registry& registry, host::Log& log) {
  if (!nodes.is_object()) return nullptr;
  for (const auto& node : nodes) {
    if (node.contains("weights") && node.at("weights").contains("path"))
      return {{"repo", nullptr}, {"revision", nullptr}, {"file", node.at("weights").at("path")}};
    const auto* spec = registry.find(node.at("type").get<std::string>()).spec;
    if (spec == nullptr) continue;
    const auto params = node.value("params", Json::object());
    for (const auto& weights : spec->weights)
      if (are_needed(weights, *spec, params))
        return {{"repo", weights.repo}, {"revision", pinned_revision(weights, log)}};
  }
  return nullptr;
}

}  // namespace relievo::bench
