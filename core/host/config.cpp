#include "core/host/config.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "core/host/parameters.hpp"
#include "core/host/typed_params.hpp"

namespace relievo::host {
namespace {

constexpr int kConfigVersion = 1;

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kByteUnits{Unit{"", 1},
                                Unit{"b", 1},
                                Unit{"kb", 1e3},
                                Unit{"mb", 1e6},
                                Unit{"gb", 1e9},
                                Unit{"tb", 1e12},
                                Unit{"kib", 1024},
                                Unit{"mib", 1048576},
                                Unit{"gib", 1073741824.0},
                                Unit{"tib", 1099511627776.0}};
constexpr std::array kTimeUnits{Unit{"", 1000}, Unit{"ms", 1}, Unit{"s", 1000}, Unit{"min", 60000},
                                Unit{"h", 3600000}};

// A number and one of the units behind it.
template <class Units>
double parse_quantity(const std::string& text, const Units& units, const char* example) {
  const auto split = text.find_first_not_of("0123456789.eE+-");
  std::string number = text.substr(0, split);
  std::string unit = split == std::string::npos ? "" : text.substr(split);
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  ParameterSpec spec;
  spec.type = ParameterType::kNumber;
  try {
    const auto value = parse_scalar(spec, number).get<double>();
    for (const auto& known : units)
      if (known.name == unit && value >= 0) return value * known.factor;
  } catch (const std::exception&) {
    // falls through to the message that shows what is wanted
  }
  throw std::runtime_error("'" + text + "' is not understood; write it like " + example);
}

InputRef parse_reference(const std::string& port, const Setting& setting) {
  const auto text = text_of(setting, "an input");
  const auto dot = text.find('.');
  InputRef ref{port, text.substr(0, dot), dot == std::string::npos ? "" : text.substr(dot + 1),
               setting.place};
  if (ref.node.empty() || (dot != std::string::npos && ref.output.empty()))
    fail_at(setting.place, "'" + text + "' is not 'node' or 'node.output'");
  return ref;
}

std::vector<InputRef> parse_inputs(const Setting& in) {
  if (in.text() != nullptr) return {parse_reference("", in)};
  const auto* entries = in.map();
  if (entries == nullptr)
    fail_at(in.place, "'in' is a node, or a map such as {colour: source, depth: depth}");
  std::vector<InputRef> inputs;
  for (const auto& entry : *entries) inputs.push_back(parse_reference(entry.key, entry.value));
  return inputs;
}

std::vector<std::string> parse_words(const Setting& setting, const std::string& what) {
  std::vector<std::string> words;
  if (const auto* list = setting.list())
    for (const auto& item : *list) words.push_back(text_of(item, what));
  else
    words.push_back(text_of(setting, what));
  return words;
}

NodeConfig parse_node(const Setting::Entry& entry) {
  const std::string what = "node '" + entry.key + "'";
  check_known_keys(entry.value, what,
                   {"type", "in", "device", "params", "path", "weights", "prefer", "only_after"});
  NodeConfig node;
  node.name = entry.key;
  node.place = entry.key_place;
  if (node.name.find('.') != std::string::npos)
    fail_at(node.place, what + ": a name has no dot in it, since 'node.output' means an output");
  const auto* type = entry.value.find("type");
  if (type == nullptr) fail_at(node.place, what + " has no 'type'");
  node.type = text_of(*type, what + ": 'type'");
  node.type_place = type->place;
  if (const auto* in = entry.value.find("in")) node.inputs = parse_inputs(*in);
  node.device_place = node.place;
  if (const auto* device = entry.value.find("device")) {
    node.device = text_of(*device, what + ": 'device'");
    node.device_place = device->place;
  }
  if (const auto* params = entry.value.find("params")) {
    node.params = *params;
    if (params->map() == nullptr && !params->is_nothing())
      fail_at(params->place, what + ": 'params' must be a map of names and values");
  }
  if (const auto* path = entry.value.find("path")) node.path = *path;
  if (const auto* weights = entry.value.find("weights")) node.weights = *weights;
  if (const auto* prefer = entry.value.find("prefer"))
    node.prefer = parse_words(*prefer, what + ": 'prefer'");
  if (const auto* after = entry.value.find("only_after")) {
    node.only_after = parse_words(*after, what + ": 'only_after'");
    if (node.inputs.empty())
      fail_at(after->place, what + ": 'only_after' looks at the first input, and it has no 'in'");
  }
  return node;
}

template <class Parse>
auto parse_limit(const Setting& setting, const std::string& what, Parse&& parse) {
  const auto text = text_of(setting, what);
  try {
    return parse(text);
  } catch (const std::exception& e) {
    fail_at(setting.place, what + ": " + e.what());
  }
}

Limits parse_limits(const Setting& setting) {
  check_known_keys(setting, "'limits'", {"memory", "stall", "threads", "device_lock"});
  Limits limits;
  if (const auto* memory = setting.find("memory"))
    limits.memory = parse_limit(*memory, "limits.memory", parse_bytes);
  if (const auto* stall = setting.find("stall"))
    limits.stall = parse_limit(*stall, "limits.stall", parse_duration);
  if (const auto* threads = setting.find("threads"))
    limits.threads = parse_limit(*threads, "limits.threads", [](const std::string& text) {
      ParameterSpec spec;
      spec.type = ParameterType::kInteger;
      spec.minimum = 1;
      spec.maximum = 1024;
      const auto value = parse_scalar(spec, text);
      check_value(spec, value);
      return value.get<std::uint32_t>();
    });
  if (const auto* lock = setting.find("device_lock"))
    limits.device_lock = parse_words(*lock, "limits.device_lock");
  return limits;
}

}  // namespace

// A file of a later version may mean other things by the same words: refused by name, never guessed
// at.
void check_version(const Setting& root) {
  const auto* version = root.find("version");
  if (version == nullptr) fail_at(root.place, "the line 'version: 1' is missing");
  const auto text = text_of(*version, "'version'");
  ParameterSpec spec;
  spec.type = ParameterType::kInteger;
  spec.minimum = 1;
  try {
    const auto number = parse_scalar(spec, text);
    check_value(spec, number);
    if (number.get<std::int64_t>() > kConfigVersion)
      fail_at(version->place, "this config is of version " + text +
                                  "; this program reads version " + std::to_string(kConfigVersion) +
                                  " (is there a newer one?)");
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& e) {
    fail_at(version->place, std::string("'version' ") + e.what());
  }
}

Config parse_config(const Setting& root) {
  check_known_keys(
      root, "the config",
      {"version", "input", "output", "plugins", "limits", "nodes", "spatial", "sidecar"});
  check_version(root);
  Config config;
  config.label = root.place.origin ? root.place.origin->label : "";
  if (const auto* input = root.find("input")) config.input = *input;
  if (const auto* output = root.find("output")) config.output = *output;
  if (const auto* plugins = root.find("plugins")) {
    check_known_keys(*plugins, "'plugins'", {"path"});
    if (const auto* path = plugins->find("path"))
      for (const auto& folder : parse_words(*path, "'plugins.path'"))
        config.plugin_folders.push_back(path->place.origin->base / folder);
  }
  if (const auto* limits = root.find("limits")) config.limits = parse_limits(*limits);
  if (const auto* sidecar = root.find("sidecar"); sidecar != nullptr && !sidecar->is_nothing()) {
    ParameterSpec spec;
    spec.type = ParameterType::kBoolean;
    config.sidecar = typed_value(*sidecar, spec, "'sidecar'").get<bool>();
  }
  if (const auto* spatial = root.find("spatial")) config.spatial = parse_spatial(*spatial);
  const auto* nodes = root.find("nodes");
  if (nodes == nullptr || nodes->map() == nullptr || nodes->map()->empty())
    fail_at(root.place, "the config has no 'nodes'");
  for (const auto& entry : *nodes->map()) config.nodes.push_back(parse_node(entry));
  return config;
}

std::uint64_t parse_bytes(const std::string& text) {
  const double bytes = parse_quantity(text, kByteUnits, "8GiB, 500 MB or 1000000");
  if (bytes > 9e18) throw std::runtime_error("'" + text + "' is more than any machine has");
  return static_cast<std::uint64_t>(std::llround(bytes));
}

std::chrono::milliseconds parse_duration(const std::string& text) {
  const double milliseconds = parse_quantity(text, kTimeUnits, "90s, 2min or 500ms");
  if (milliseconds > 1e15) throw std::runtime_error("'" + text + "' is too long");
  return std::chrono::milliseconds(std::llround(milliseconds));
}

}  // namespace relievo::host
