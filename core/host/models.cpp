#include "core/host/models.hpp"

#include <algorithm>

#include "core/host/failure.hpp"
#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

bool answers_to(const Model& model, const std::string& name) {
  const auto& weights = model.weights;
  const auto colon = weights.model.find(':');
  const auto choice = colon == std::string::npos ? "" : weights.model.substr(colon + 1);
  return name == model.approach || name == model.approach.substr(0, model.approach.find('.')) ||
         name == choice || name == weights.repo || name == weights.repo + "/" + weights.file;
}

// Two node types may use one file.
bool is_same_file(const Model& a, const Model& b) {
  return a.weights.repo == b.weights.repo && a.weights.revision == b.weights.revision &&
         a.weights.file == b.weights.file;
}

}  // namespace

std::vector<Model> models_of(const Registry& registry) {
  std::vector<Model> models;
  for (const auto& plugin : registry.plugins())
    for (const auto& node : plugin.manifest.nodes)
      for (const auto& weights : node.weights) models.push_back({node.id, weights});
  return models;
}

const Model& find_model(const std::vector<Model>& models, const std::string& name) {
  std::vector<const Model*> found;
  for (const auto& model : models) {
    if (model.weights.model == name) return model;
    if (answers_to(model, name)) found.push_back(&model);
  }
  std::vector<std::string> names;
  if (!found.empty()) {
    if (std::all_of(found.begin(), found.end(),
                    [&](const Model* model) { return is_same_file(*model, *found.front()); }))
      return *found.front();
    for (const auto* model : found) names.push_back(model->weights.model);
    throw Failure(ExitCode::kUsage, "'" + name + "' may mean " + listed(names) + "; write which");
  }
  for (const auto& model : models) names.push_back(model.weights.model);
  throw Failure(
      ExitCode::kUsage,
      "no installed plugin has a model '" + name + "'" + did_you_mean(name, names) +
          (names.empty() ? "; none of them has weights" : "; they have " + listed(names)) +
          ". A file of any repository: --file FILE behind its name");
}

}  // namespace relievo::host
