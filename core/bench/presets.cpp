#include "core/bench/presets.hpp"

namespace relievo::bench {

const std::vector<ApproachPreset>& approach_presets() {
  static const std::vector<ApproachPreset> presets{
      {"motion_cues", "motion_cues.depth", "{}", ""},
      {"depth_pro", "depth_pro.depth", "{}", "depth_pro.depth:official"},
      {"video_depth_anything:small", "video_depth_anything.depth", R"({"model":"small"})",
       "video_depth_anything.depth:small"},
      {"video_depth_anything:base", "video_depth_anything.depth", R"({"model":"base"})",
       "video_depth_anything.depth:base"},
      {"video_depth_anything:large", "video_depth_anything.depth", R"({"model":"large"})",
       "video_depth_anything.depth:large"},
      {"video_depth_anything:streaming", "video_depth_anything.depth",
       R"({"model":"small","mode":"streaming"})", "video_depth_anything.depth:small"},
      {"depth_anything_v2:small", "video_depth_anything.image", R"({"model":"small"})",
       "video_depth_anything.image:small"},
      {"depth_anything_v2:base", "video_depth_anything.image", R"({"model":"base"})",
       "video_depth_anything.image:base"},
      {"depth_anything_v2:large", "video_depth_anything.image", R"({"model":"large"})",
       "video_depth_anything.image:large"}};
  return presets;
}

const ApproachPreset* find_preset(const std::string& name) {
  for (const auto& preset : approach_presets())
    if (name == preset.name || name + ":small" == preset.name) return &preset;
  return nullptr;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& preset : approach_presets()) names.emplace_back(preset.name);
  return names;
}

host::Json depth_nodes(const std::string& type, host::Json params) {
  return {{"depth", {{"type", type}, {"in", "colour"}, {"params", std::move(params)}}}};
}

}  // namespace relievo::bench
