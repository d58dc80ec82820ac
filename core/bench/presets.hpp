// Approaches that a benchmark's config names by one word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"

namespace relievo::bench {

struct ApproachPreset {
  const char* name;    // "video_depth_anything:small"
  const char* type;    // node type
  const char* params;  // JSON
  const char* model;   // of 'models fetch'; empty: it needs no weights
};

[[nodiscard]] const std::vector<ApproachPreset>& approach_presets();
// nullptr if there is none; "video_depth_anything" is its ":small".
[[nodiscard]] const ApproachPreset* find_preset(const std::string& name);
[[nodiscard]] std::vector<std::string> preset_names();

// {"depth": {"type": type, "in": "colour", "params": params}}
[[nodiscard]] host::Json depth_nodes(const std::string& type, host::Json params);

}  // namespace relievo::bench
