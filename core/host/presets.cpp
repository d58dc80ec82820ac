#include "core/host/presets.hpp"

#include <array>
#include <filesystem>
#include <sstream>
#include <vector>

#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

constexpr std::array kPresets{
    Preset{"vision_pro", "Apple Vision Pro: full side by side with Apple's boxes", "full_sbs",
           "hevc", 0, 3840, 2160, 60, 100, "_LRF_Full_SBS", "auto"},
    Preset{"quest3", "Meta Quest 3 and 3S: Skybox, Pigasus, DeoVR", "full_sbs", "hevc", 0, 3840,
           2160, 60, 80, "_LRF_Full_SBS", "aac"},
    Preset{"quest2", "Meta Quest 2 and Pro: Skybox, Pigasus, DeoVR", "full_sbs", "hevc", 0, 2560,
           1440, 60, 40, "_LRF_Full_SBS", "aac"},
    Preset{"youtube", "upload to YouTube as 3D", "full_sbs", "hevc", 0, 3840, 2160, 60, 0, "_LR",
           "auto"},
    Preset{"vr180", "headsets and YouTube as VR180: a large screen in a dark room", "vr180", "hevc",
           0, 1920, 1080, 60, 60, "_180_LR", "aac", false, 2880},
    Preset{"tv_3d", "3D televisions and projectors: half side by side", "half_sbs", "h264", 8, 1920,
           1080, 30, 25, "_3dh_HSBS", "auto", true},
    Preset{"phone_cardboard", "telephones in a Cardboard viewer", "half_sbs", "h264", 8, 1920, 1080,
           60, 20, "_3dh_LR", "aac", true},
    Preset{"anaglyph", "any screen, with red and cyan glasses", "anaglyph", "h264", 8, 1920, 1080,
           60, 0, "_anaglyph", "auto", true}};

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

class Application {
 public:
  Application(Setting& root, const Preset& preset)
      : root_(root), preset_(preset), label_("--preset " + std::string(preset.name)) {
    place_.origin = std::make_shared<Origin>(Origin{label_, std::filesystem::current_path()});
  }

  void run(bool keep_output) {
    auto& sink = the_sink();
    set_param(sink, "layout", preset_.layout);
    set_param(sink, "codec", preset_.codec);
    set_param(sink, "chroma", "420");
    set_param(sink, "audio", preset_.audio);
    set_param(sink, "bit_depth", std::to_string(preset_.bit_depth));
    set_param(sink, "max_fps", number(preset_.fps));
    set_param(sink, "max_bitrate", number(preset_.bitrate));
    if (preset_.vr180_size > 0) set_param(sink, "vr180_size", number(preset_.vr180_size));
    if (!keep_output) name_output(sink);
    insert_behind_source();
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { fail_at(place_, message); }

  [[nodiscard]] Setting text(const std::string& value) const { return {place_, value}; }

  static Setting::Entry* entry(Setting& map, const std::string& key) {
    auto* entries = std::get_if<Setting::Map>(&map.value);
    if (entries == nullptr) return nullptr;
    for (auto& candidate : *entries)
      if (candidate.key == key) return &candidate;
    return nullptr;
  }

  void set(Setting& map, const std::string& key, Setting value) const {
    if (auto* found = entry(map, key)) {
      found->value = std::move(value);
      return;
    }
    if (map.is_nothing()) map.value = Setting::Map{};
    auto* entries = std::get_if<Setting::Map>(&map.value);
    if (entries == nullptr) fail("'" + key + "' has no place in " + map.place.text());
    entries->push_back({key, place_, std::move(value)});
  }

  void set_param(Setting& node, const std::string& key, const std::string& value) const {
    if (entry(node, "params") == nullptr) set(node, "params", {place_, Setting::Map{}});
    set(entry(node, "params")->value, key, text(value));
  }

  static bool is_of_type(const Setting& node, const std::string& type) {
    const auto* found = node.find("type");
    return found != nullptr && found->text() != nullptr && *found->text() == type;
  }

  // Valid until the root gets another key.
  [[nodiscard]] Setting::Map& nodes() const {
    auto* found = entry(root_, "nodes");
    if (found == nullptr || found->value.map() == nullptr) fail("the pipeline has no nodes");
    return std::get<Setting::Map>(found->value.value);
  }

  // Where a sink's path is written; nullptr if nowhere.
  static Setting* path_of(Setting& sink) {
    if (auto* own = entry(sink, "path")) return &own->value;
    auto* params = entry(sink, "params");
    auto* path = params == nullptr ? nullptr : entry(params->value, "path");
    return path == nullptr ? nullptr : &path->value;
  }

  Setting& the_sink() {
    std::vector<Setting::Entry*> sinks;
    std::vector<Setting::Entry*> without_path;
    for (auto& node : nodes()) {
      if (!is_of_type(node.value, "sink")) continue;
      if (node.key == "sink") return node.value;
      sinks.push_back(&node);
      if (path_of(node.value) == nullptr) without_path.push_back(&node);
    }
    if (sinks.empty()) fail("the pipeline has no node of type sink");
    if (sinks.size() == 1) return sinks[0]->value;
    if (without_path.size() == 1) return without_path[0]->value;
    fail("the pipeline has several sinks; call the one that writes the 3D film 'sink'");
  }

  // The folder that was written stays, and what it is relative to.
  void name_output(Setting& sink) {
    const auto name = "{stem}" + std::string(preset_.token) + ".{ext}";
    auto* written = path_of(sink);
    if (written == nullptr)
      if (auto* output = entry(root_, "output")) written = &output->value;
    if (written == nullptr || written->text() == nullptr) {
      set(root_, "output", text("{dir}/" + name));
      return;
    }
    if (*written->text() == "null") return;
    written->value = (std::filesystem::path(*written->text()).parent_path() / name).string();
  }

  void insert_behind_source() {
    auto& all = nodes();
    std::vector<std::size_t> sources;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (is_of_type(all[i].value, "source")) sources.push_back(i);
    if (sources.size() != 1)
      fail("the pipeline has " + std::to_string(sources.size()) +
           " sources; a preset fits the pictures of one");
    const auto source = all[sources[0]].key;
    const std::string last = preset_.sdr ? "sdr" : "fit";
    for (const auto& node : all)
      if (node.key == "fit" || node.key == last)
        fail_at(node.key_place, label_ + " puts a node '" + node.key +
                                    "' behind the source; call yours something else");
    for (auto& node : all)
      if (auto* in = entry(node.value, "in")) rewire(in->value, source, last);
    Setting fit{place_, Setting::Map{}};
    set(fit, "type", text("scale"));
    set(fit, "in", text(source));
    set_param(fit, "max_width", std::to_string(preset_.view_width));
    set_param(fit, "max_height", std::to_string(preset_.view_height));
    auto behind = all.begin() + static_cast<std::ptrdiff_t>(sources[0]) + 1;
    behind = all.insert(behind, {"fit", place_, std::move(fit)});
    if (!preset_.sdr) return;
    Setting sdr{place_, Setting::Map{}};
    set(sdr, "type", text("convert"));
    set(sdr, "in", text("fit"));
    set_param(sdr, "colour", "sdr");
    all.insert(behind + 1, {"sdr", place_, std::move(sdr)});
  }

  static void rewire(Setting& in, const std::string& source, const std::string& last) {
    if (const auto* name = in.text()) {
      if (*name == source || *name == source + ".colour") in.value = last;
      return;
    }
    if (auto* entries = std::get_if<Setting::Map>(&in.value))
      for (auto& one : *entries) rewire(one.value, source, last);
  }

  Setting& root_;
  const Preset& preset_;
  std::string label_;
  Place place_;
};

}  // namespace

std::span<const Preset> presets() {
  return kPresets;
}

const Preset& preset_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& preset : kPresets) {
    if (name == preset.name) return preset;
    names.emplace_back(preset.name);
  }
  const auto suggestion = did_you_mean(name, names);
  throw Failure(ExitCode::kUsage,
                "there is no preset '" + name + "'" +
                    (suggestion.empty() ? "; there are " + listed(names) : suggestion));
}

std::string film_size_of(const Preset& preset) {
  if (preset.vr180_size > 0)
    return std::to_string(2 * preset.vr180_size) + " x " + std::to_string(preset.vr180_size);
  const bool doubled = std::string(preset.layout) == "full_sbs";
  return std::to_string(preset.view_width * (doubled ? 2 : 1)) + " x " +
         std::to_string(preset.view_height);
}

void apply_preset(Setting& root, const Preset& preset, bool keep_output) {
  Application(root, preset).run(keep_output);
}

}  // namespace relievo::host
