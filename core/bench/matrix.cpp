#include "core/bench/matrix.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "core/bench/presets.hpp"
#include "core/host/models.hpp"

namespace relievo::bench {
namespace {

using host::NodeSpec;

// Whether the parameter is there and takes the value.
bool takes(const NodeSpec& spec, const char* name, const std::string& value) {
  const auto* parameter = spec.parameter(name);
  if (parameter == nullptr) return false;
  const auto& allowed = parameter->allowed;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), Json(value)) != allowed.end();
}

std::string device_kind(const std::string& device) {
  return device.substr(0, device.find(':'));
}

// The part of an approach that one device and precision give.
struct Variant {
  Json nodes;
  std::string device = "cpu";
  std::string precision = "f32";
};

class Matrix {
 public:
  Matrix(const BenchConfig& config, const std::vector<Sample>& samples,
         const host::Registry& registry, const Devices& devices)
      : config_(config), samples_(samples), registry_(registry), devices_(devices) {
    for (const auto& approach : config.approaches) {
      if (approach.takes_all)
        add_found();
      else
        approaches_.push_back(approach);
    }
  }

  std::vector<Cell> cells() {
    for (std::size_t s = 0; s < samples_.size(); ++s)
      for (const double seconds : config_.seconds)
        for (const auto& approach : approaches_) add_depth_cells(approach, s, seconds);
    const auto depth_count = cells_.size();
    for (std::size_t i = 0; i < depth_count; ++i)
      for (const auto& method : config_.stereo) add_stereo_cell(i, method);
    return std::move(cells_);
  }

 private:
  // Depth nodes of plugins that no approach names.
  void add_found() {
    std::set<std::string> named;
    for (const auto& approach : config_.approaches)
      for (const auto& node : approach.nodes) named.insert(node.at("type").get<std::string>());
    for (const auto& preset : approach_presets()) named.insert(preset.type);
    for (const auto& plugin : registry_.plugins()) {
      if (plugin.is_builtin) continue;
      for (const auto& spec : plugin.manifest.nodes) {
        const bool fits = spec.label == "depth" && spec.inputs.size() == 1 &&
                          spec.outputs.size() == 1 && named.insert(spec.id).second;
        if (fits) approaches_.push_back({spec.id, {}, depth_nodes(spec.id, Json::object()), false});
      }
    }
  }

  // Devices on which the nodes that choose one can all compute; filters go with any, on the
  // processor where they cannot run on it.
  std::vector<std::string> able_devices(const Json& nodes) const {
    const std::vector<std::string> only_cpu{"cpu"};
    std::vector<std::string> able{"cpu", "cuda", "mps"};
    bool chooses = false;
    for (const auto& node : nodes) {
      const auto* spec = registry_.find(node.at("type").get<std::string>()).spec;
      if (spec != nullptr &&
          (spec->devices.empty() || spec->devices == only_cpu || spec->label == "filter"))
        continue;
      chooses = true;
      if (spec == nullptr) continue;
      std::erase_if(able, [&](const std::string& device) {
        return std::find(spec->devices.begin(), spec->devices.end(), device) == spec->devices.end();
      });
    }
    return chooses && !able.empty() ? able : only_cpu;
  }

  // What is asked for if the nodes can, else the first that they can.
  std::string settled_device(const std::string& wish, const Json& nodes) const {
    const auto able = able_devices(nodes);
    const auto can = [&](const std::string& device) {
      return std::find(able.begin(), able.end(), device) != able.end();
    };
    if (wish != "auto" && can(device_kind(wish))) return wish;
    if (wish == "auto" && devices_.cuda && can("cuda")) return "cuda";
    if (wish == "auto" && devices_.mps && can("mps")) return "mps";
    return able.front();
  }

  Variant variant(const Approach& approach, const std::string& device_wish,
                  const std::string& precision_wish) const {
    Variant variant;
    variant.nodes = approach.nodes;
    variant.device = approach.nodes.size() == 1 && approach.nodes.front().contains("device") &&
                             approach.nodes.front().at("device") != "auto"
                         ? approach.nodes.front().at("device").get<std::string>()
                         : settled_device(device_wish, approach.nodes);
    const bool on_cpu = variant.device == "cpu";
    const std::string precision =
        precision_wish == "auto" ? (on_cpu ? "f32" : "f16") : precision_wish;
    bool has_precision = false;
    for (auto& node : variant.nodes) {
      const auto* spec = registry_.find(node.at("type").get<std::string>()).spec;
      if (spec == nullptr) continue;
      const auto& own = spec->devices;
      if (!node.contains("device") &&
          std::find(own.begin(), own.end(), device_kind(variant.device)) != own.end())
        node["device"] = variant.device;
      if (!node.contains("params")) node["params"] = Json::object();
      auto& params = node["params"];
      if (params.contains("precision")) {
        variant.precision = params.at("precision").get<std::string>();
        has_precision = true;
      } else if (takes(*spec, "precision", precision)) {
        params["precision"] = precision;
        variant.precision = precision;
        has_precision = true;
      }
    }
    // Unknown nodes are named by what was asked for.
    if (!has_precision && is_missing(approach)) variant.precision = precision;
    return variant;
  }

  bool is_missing(const Approach& approach) const {
    return std::any_of(approach.nodes.begin(), approach.nodes.end(), [&](const Json& node) {
      return registry_.find(node.at("type").get<std::string>()).spec == nullptr;
    });
  }

  void add_depth_cells(const Approach& approach, std::size_t sample, double seconds) {
    for (const auto& device : config_.devices)
      for (const auto& precision : config_.precisions) {
        auto made = variant(approach, device, precision);
        Cell cell;
        cell.kind = CellKind::kDepth;
        cell.approach = approach.name;
        cell.device = made.device;
        cell.precision = made.precision;
        cell.sample = sample;
        cell.seconds = seconds;
        cell.nodes = std::move(made.nodes);
        if (!config_.stereo.empty()) cell.method = &config_.stereo.front();
        cell.name = "depth/" + tail(cell);
        look_for_obstacles(cell);
        add(std::move(cell));
      }
  }

  void add_stereo_cell(std::size_t depth_index, const StereoMethod& method) {
    const auto& depth = cells_[depth_index];
    const auto& on = config_.stereo_on;
    if (std::find(on.begin(), on.end(), depth.approach) == on.end()) return;
    Cell cell;
    cell.kind = CellKind::kStereo;
    cell.approach = depth.approach;
    cell.stereo = method.name;
    cell.device = "cpu";
    cell.precision = depth.precision;
    cell.sample = depth.sample;
    cell.seconds = depth.seconds;
    cell.method = &method;
    cell.depth_cell = depth_index;
    cell.name = "stereo/" + method.name + "/" + tail(cell);
    if (registry_.find(method.type).spec == nullptr)
      skip(cell, registry_.explain_missing(method.type), "");
    if (depth.status == CellStatus::kSkipped) skip(cell, depth.reason, depth.remedy);
    add(std::move(cell));
  }

  std::string tail(const Cell& cell) const {
    return cell.approach + "/" + cell.precision + "/" + cell.device + "/" +
           samples_[cell.sample].name + "/" + seconds_text(cell.seconds);
  }

  // Of two cells of one name the first is kept: they do the same.
  void add(Cell cell) {
    if (!names_.insert(cell.name).second) return;
    cell.slug = slug_of(cell.name);
    for (int i = 2; !slugs_.insert(cell.slug).second; ++i)
      cell.slug = slug_of(cell.name) + "-" + std::to_string(i);
    cells_.push_back(std::move(cell));
  }

  static void skip(Cell& cell, const std::string& reason, const std::string& remedy) {
    if (cell.status == CellStatus::kSkipped) return;
    cell.status = CellStatus::kSkipped;
    cell.reason = reason;
    cell.remedy = remedy;
  }

  void look_for_obstacles(Cell& cell) const {
    const auto& sample = samples_[cell.sample];
    if (!sample.fault.empty()) {
      skip(cell, sample.fault, "");
      return;
    }
    for (const auto& node : cell.nodes) {
      const auto type = node.at("type").get<std::string>();
      if (registry_.find(type).spec == nullptr) {
        skip_missing(cell, type);
        return;
      }
    }
    const auto kind = device_kind(cell.device);
    if (kind == "cuda" && !devices_.cuda)
      skip(cell, "no NVIDIA device was found on this machine", "devices: [cpu]");
    if (kind == "mps" && !devices_.mps)
      skip(cell, "Metal is there on a Mac only", "devices: [cpu]");
  }

  // Networks of this program are known by name even where their plugin is not built.
  static void skip_missing(Cell& cell, const std::string& type) {
    for (const auto& preset : approach_presets()) {
      if (type != preset.type || *preset.model == '\0') continue;
      const auto* exact = find_preset(cell.approach);
      const std::string model = exact != nullptr ? exact->model : preset.model;
      skip(cell, "the plugin of '" + type + "' is not installed: it needs libtorch",
           "scripts/setup torch && cmake --preset torch && cmake --build --preset torch, then "
           "build/torch/bin/host models fetch " +
               model);
      return;
    }
    skip(cell, "no installed plugin has the node '" + type + "'",
         "put its library into a folder of --plugin-path");
  }

  const BenchConfig& config_;
  const std::vector<Sample>& samples_;
  const host::Registry& registry_;
  const Devices devices_;
  std::vector<Approach> approaches_;
  std::vector<Cell> cells_;
  std::set<std::string> names_;
  std::set<std::string> slugs_;
};

}  // namespace

const char* kind_name(CellKind kind) {
  return kind == CellKind::kDepth ? "depth" : "stereo";
}

const char* status_name(CellStatus status) {
  switch (status) {
    case CellStatus::kMeasured: return "measured";
    case CellStatus::kSkipped: return "skipped";
    case CellStatus::kFailed: return "failed";
    case CellStatus::kWaiting: break;
  }
  return "waiting";
}

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << seconds << "s";
  return text.str();
}

std::string slug_of(const std::string& name) {
  auto slug = name;
  for (auto& c : slug)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_' && c != '-')
      c = '-';
  return slug;
}

std::vector<Cell> make_cells(const BenchConfig& config, const std::vector<Sample>& samples,
                             const host::Registry& registry, const Devices& devices) {
  return Matrix(config, samples, registry, devices).cells();
}

}  // namespace relievo::bench
