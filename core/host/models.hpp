// The weights that installed plugins name, by names that people can type.
#pragma once

#include <string>
#include <vector>

#include "core/host/manifest.hpp"
#include "core/host/registry.hpp"

namespace relievo::host {

struct Model {
  std::string approach;  // the node type that uses it
  WeightSpec weights;
};

[[nodiscard]] std::vector<Model> models_of(const Registry& registry);

// By its name ("depth_x.depth:small"), or by a part that only one model has: node type, plugin,
// "small", repository, "repository/file". Throws Failure(kUsage) that names the candidates or the
// nearest name.
[[nodiscard]] const Model& find_model(const std::vector<Model>& models, const std::string& name);

}  // namespace relievo::host
