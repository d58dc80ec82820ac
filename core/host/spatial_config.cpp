#include "core/host/spatial_config.hpp"

#include "core/host/typed_params.hpp"

namespace relievo::host {
namespace {

constexpr double kUsualQuality = 0.7;

// Names and units are ours; the tool's own stand in spatial_job.cpp.
constexpr const char* kParameters = R"({
  "kind": {"type": "string", "default": "film", "enum": ["film", "spatial"],
    "description": "film: two views on a screen, nothing said of a camera; spatial: with its field of view, and baseline or adjustment"},
  "from": {"type": "string", "description": "the sink whose film is taken; needed where several fit"},
  "path": {"type": "string", "format": "path-out", "description": "the .mov or .mp4 to write; default beside the film, NAME_spatial.mov"},
  "baseline": {"type": "number", "minimum": 0.1, "maximum": 1000, "unit": "mm", "description": "distance of the two cameras, of kind spatial"},
  "field_of_view": {"type": "number", "minimum": 1, "maximum": 360, "unit": "degrees", "description": "horizontal field of view of the camera, of kind spatial"},
  "disparity_adjustment": {"type": "number", "minimum": -1, "maximum": 1, "description": "how far the views are parted when shown, as a fraction of the width; positive moves the scene back; of kind spatial"},
  "projection": {"type": "string", "default": "rect", "enum": ["rect", "equirect", "halfEquirect", "fisheye"], "description": "how the pictures map to directions"},
  "primary": {"type": "string", "default": "left", "enum": ["left", "right"], "description": "whose view players of flat films show"},
  "hero": {"type": "string", "default": "left", "enum": ["left", "right"], "description": "whose view leads"},
  "quality": {"type": "number", "minimum": 0, "maximum": 1, "description": "of the encoder, 1 is best; 0.7 unless there is a bitrate"},
  "bitrate": {"type": "integer", "minimum": 1, "maximum": 1000, "unit": "Mbit/s", "description": "of both views together, instead of quality"},
  "audio": {"type": "boolean", "default": true, "description": "whether the film's sound comes along"},
  "faststart": {"type": "boolean", "default": false, "description": "the index in front of the pictures"},
  "use_gpu": {"type": "boolean", "default": false, "description": "the tool's own flag of that name"},
  "tool": {"type": "string", "format": "path-in", "description": "path of the program; default 'spatial' of PATH"},
  "stall": {"type": "number", "default": 600, "minimum": 0, "unit": "s", "description": "the tool is ended if it neither says nor writes anything for so long; 0 is never"},
  "overwrite": {"type": "boolean", "default": false, "description": "replace a file that is there"}
})";

std::string subject(const std::string& key) {
  return "'spatial." + key + "'";
}

void check_kind(const SpatialConfig& config, const Setting& setting) {
  if (config.kind == SpatialKind::kFilm) {
    for (const char* key : {"baseline", "field_of_view", "disparity_adjustment"})
      if (const auto* given = setting.find(key); given != nullptr && !given->is_nothing())
        fail_at(given->place, subject(key) +
                                  " describes a camera, and 'kind: film' says nothing of one; "
                                  "leave it out, or take 'kind: spatial'");
    return;
  }
  if (!config.field_of_view)
    fail_at(config.place,
            "'kind: spatial' needs 'field_of_view', the camera's horizontal one in degrees (an "
            "iPhone 15 Pro says 63.4); for a film whose lenses nobody knows take 'kind: film'");
  if (!config.baseline && !config.disparity_adjustment)
    fail_at(config.place,
            "'kind: spatial' needs 'baseline' in millimetres (63.5 is life-size, an iPhone 15 Pro "
            "says 19.24) or 'disparity_adjustment' as a fraction of the width (0.02)");
}

}  // namespace

const std::vector<ParameterSpec>& spatial_parameters() {
  static const auto kSpecs = parse_parameters(Json::parse(kParameters));
  return kSpecs;
}

SpatialConfig parse_spatial(const Setting& setting) {
  auto values = Json::object();
  if (!setting.is_nothing()) {
    if (setting.map() == nullptr)
      fail_at(setting.place, "'spatial' is a map such as {kind: film}, or {} for the defaults");
    std::vector<std::string> known;
    for (const auto& spec : spatial_parameters()) known.push_back(spec.name);
    check_known_keys(setting, "'spatial'", known);
  }
  for (const auto& spec : spatial_parameters()) {
    const auto* given = setting.find(spec.name);
    if (given != nullptr && !given->is_nothing())
      values[spec.name] = typed_value(*given, spec, subject(spec.name));
    else if (!spec.default_value.is_null())
      values[spec.name] = spec.default_value;
  }
  const auto number = [&](const char* key) {
    return values.contains(key) ? std::optional(values.at(key).get<double>()) : std::nullopt;
  };
  SpatialConfig config;
  config.place = setting.place;
  config.kind = values.at("kind") == "film" ? SpatialKind::kFilm : SpatialKind::kSpatial;
  config.from = values.value("from", "");
  config.path = values.value("path", "");
  config.baseline = number("baseline");
  config.field_of_view = number("field_of_view");
  config.disparity_adjustment = number("disparity_adjustment");
  config.projection = values.at("projection");
  config.primary = values.at("primary");
  config.hero = values.at("hero");
  config.quality = number("quality");
  if (values.contains("bitrate")) config.bitrate = values.at("bitrate").get<std::int64_t>();
  if (config.quality && config.bitrate)
    fail_at(setting.find("bitrate")->place,
            "'spatial.bitrate' and 'spatial.quality' exclude each other; leave one out");
  if (!config.bitrate && !config.quality) config.quality = kUsualQuality;
  config.audio = values.at("audio");
  config.faststart = values.at("faststart");
  config.use_gpu = values.at("use_gpu");
  config.tool = values.value("tool", "");
  config.stall = values.at("stall");
  config.overwrite = values.at("overwrite");
  check_kind(config, setting);
  return config;
}

}  // namespace relievo::host
