#include "core/host/manifest.hpp"

#include <algorithm>
#include <stdexcept>

#include <relievo/sdk/pixel_format.hpp>

#include "core/host/failure.hpp"
#include "core/host/suggest.hpp"
#include "core/hub/names.hpp"

namespace relievo::host {
namespace {

constexpr int kManifestVersion = 1;

[[noreturn]] void bad(const std::string& what) {
  throw std::runtime_error(what);
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string() || found->get<std::string>().empty())
    bad(std::string("'") + key + "' is missing or not a text");
  return found->get<std::string>();
}

void check_keys(const Json& object, const std::string& what,
                const std::vector<std::string>& known) {
  if (!object.is_object()) bad(what + " is not an object");
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      bad(what + " has the unknown key '" + key + "'" + did_you_mean(key, known));
}

std::vector<std::uint32_t> parse_semantics(const Json& names) {
  std::vector<std::uint32_t> semantics;
  for (const auto& name : names) {
    const auto semantic = semantic_from_name(name.get<std::string>());
    if (!semantic) bad("knows no semantic '" + name.get<std::string>() + "'");
    semantics.push_back(*semantic);
  }
  return semantics;
}

InputSpec parse_input(const Json& json) {
  check_keys(json, "an input",
             {"name", "semantics", "pixel_formats", "colour", "contiguous", "devices", "optional",
              "description"});
  InputSpec input;
  input.name = text_of(json, "name");
  input.semantics = parse_semantics(json.value("semantics", Json::array()));
  for (const auto& name : json.value("pixel_formats", Json::array())) {
    const auto format = pixel_format_from_name(name.get<std::string>());
    if (!format)
      bad("input '" + input.name + "' knows no pixel format '" + name.get<std::string>() + "'");
    input.pixel_formats.push_back(*format);
  }
  const auto colour = json.value("colour", "any");
  if (colour != "any" && colour != "srgb")
    bad("input '" + input.name + "' has the colour '" + colour + "'; it is 'any' or 'srgb'");
  input.srgb = colour == "srgb";
  if (input.srgb && input.pixel_formats.empty()) input.pixel_formats.push_back(RLV_PF_RGB24);
  input.contiguous = json.value("contiguous", false);
  input.optional = json.value("optional", false);
  input.devices = json.value("devices", std::vector<std::string>{});
  return input;
}

OutputSpec parse_output(const Json& json) {
  check_keys(json, "an output", {"name", "semantic", "semantics", "description"});
  OutputSpec output;
  output.name = text_of(json, "name");
  if (json.contains("semantic")) output.semantic = parse_semantics({json.at("semantic")}).front();
  output.semantics = parse_semantics(json.value("semantics", Json::array()));
  if (output.semantic && !output.semantics.empty())
    bad("output '" + output.name + "' has both 'semantic' and 'semantics'");
  return output;
}

WeightSpec parse_weight(const Json& json) {
  check_keys(json, "a weights entry", {"name", "when", "repo", "revision", "file", "licence"});
  WeightSpec weight;
  weight.name = text_of(json, "name");
  weight.when = json.value("when", Json::object());
  weight.repo = text_of(json, "repo");
  weight.revision = json.value("revision", "main");
  weight.file = text_of(json, "file");
  weight.licence = text_of(json, "licence");
  hub::check({weight.repo, weight.revision, weight.file});  // they become paths and addresses
  return weight;
}

// "depth_x.depth", ":small" behind it where parameters choose, "/name" where one choice takes
// several files.
void name_models(NodeSpec& node) {
  for (auto& weight : node.weights) {
    weight.model = node.id;
    char mark = ':';
    for (const auto& [parameter, value] : weight.when.items()) {
      weight.model += mark + (value.is_string() ? value.get<std::string>() : value.dump());
      mark = ',';
    }
  }
  auto plain = node.weights;
  for (auto& weight : node.weights)
    if (std::count_if(plain.begin(), plain.end(),
                      [&](const WeightSpec& other) { return other.model == weight.model; }) > 1)
      weight.model += "/" + weight.name;
}

NewClock parse_new_clock(const Json& json) {
  if (!json.contains("new_clock") || json.at("new_clock") == false) return NewClock::kNever;
  if (json.at("new_clock") == true) return NewClock::kAlways;
  if (json.at("new_clock") == "if fps") return NewClock::kIfFps;
  bad("'new_clock' is true, false or \"if fps\"");
}

template <class T, class Parse>
std::vector<T> parse_list(const Json& node, const char* key, Parse&& parse) {
  std::vector<T> list;
  for (const auto& item : node.value(key, Json::array())) list.push_back(parse(item));
  return list;
}

NodeSpec parse_node(const Json& json, const std::string& plugin) {
  check_keys(json, "a node",
             {"id", "label", "summary", "inputs", "outputs", "default_input", "groups", "devices",
              "params", "weights", "new_clock"});
  NodeSpec node;
  node.id = text_of(json, "id");
  try {
    node.label = text_of(json, "label");
    node.summary = json.value("summary", "");
    node.inputs = parse_list<InputSpec>(json, "inputs", parse_input);
    node.outputs = parse_list<OutputSpec>(json, "outputs", parse_output);
    node.default_input = json.value("default_input", "");
    node.groups = json.value("groups", decltype(node.groups){});
    node.devices = json.value("devices", std::vector<std::string>{"cpu"});
    node.parameters = parse_parameters(json.value("params", Json::object()));
    node.weights = parse_list<WeightSpec>(json, "weights", parse_weight);
    name_models(node);
    node.new_clock = parse_new_clock(json);
    if (!node.default_input.empty() && !node.input(node.default_input))
      bad("'default_input' names no input: '" + node.default_input + "'");
    for (const auto& [group, ports] : node.groups)
      for (const auto& port : ports)
        if (!node.input(port)) bad("group '" + group + "' names no input: '" + port + "'");
  } catch (const std::exception& e) {
    bad("node '" + node.id + "': " + e.what());
  }
  if (node.id.find('.') != std::string::npos && !node.id.starts_with(plugin + "."))
    bad("node '" + node.id + "' must be called '" + plugin + ".something'");
  return node;
}

template <class Specs>
std::optional<std::size_t> index_of(const Specs& specs, const std::string& name) {
  const auto found =
      std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.name == name; });
  if (found == specs.end()) return std::nullopt;
  return static_cast<std::size_t>(found - specs.begin());
}

Manifest parse(const std::string& text) {
  const auto json = Json::parse(text);
  check_keys(json, "the manifest",
             {"abi", "plugin", "version", "licence", "vendor", "summary", "runtime", "nodes"});
  const auto abi = json.value("abi", 0);
  if (abi != kManifestVersion)
    bad("is of manifest version " + std::to_string(abi) + "; this host reads version " +
        std::to_string(kManifestVersion));
  Manifest manifest;
  manifest.plugin = text_of(json, "plugin");
  manifest.version = text_of(json, "version");
  manifest.licence = json.value("licence", "not stated");
  manifest.summary = json.value("summary", "");
  manifest.runtime = json.value("runtime", "");
  for (const auto& node : json.value("nodes", Json::array()))
    manifest.nodes.push_back(parse_node(node, manifest.plugin));
  if (manifest.nodes.empty()) bad("has no nodes");
  manifest.text = text;
  return manifest;
}

}  // namespace

std::optional<std::size_t> NodeSpec::input(const std::string& name) const {
  return index_of(inputs, name);
}

std::optional<std::size_t> NodeSpec::output(const std::string& name) const {
  return index_of(outputs, name);
}

const ParameterSpec* NodeSpec::parameter(const std::string& name) const {
  const auto index = index_of(parameters, name);
  return index ? &parameters[*index] : nullptr;
}

const NodeSpec* Manifest::node(const std::string& id) const {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const NodeSpec& node) { return node.id == id; });
  return found == nodes.end() ? nullptr : &*found;
}

Manifest parse_manifest(const std::string& text, const std::string& origin) {
  try {
    return parse(text);
  } catch (const Json::parse_error& e) {
    throw Failure(ExitCode::kPlugin, origin + ": the manifest is not valid JSON (byte " +
                                         std::to_string(e.byte) + ")");
  } catch (const std::exception& e) {
    throw Failure(ExitCode::kPlugin, origin + ": " + e.what());
  }
}

}  // namespace relievo::host
