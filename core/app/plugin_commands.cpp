#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <relievo/sdk/pixel_format.hpp>

#include "core/app/commands.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/host/describe.hpp"
#include "core/host/failure.hpp"
#include "core/host/registry.hpp"
#include "core/host/suggest.hpp"
#include "core/host/user_folders.hpp"
#include "core/host/validate.hpp"

namespace relievo::app {
namespace {

using host::Json;

Json input_as_json(const host::InputSpec& input) {
  auto semantics = Json::array();
  for (const auto semantic : input.semantics) semantics.push_back(semantic_name(semantic));
  auto formats = Json::array();
  for (const auto format : input.pixel_formats) formats.push_back(pixel_format_name(format));
  return {{"name", input.name},
          {"semantics", semantics},
          {"pixel_formats", formats},
          {"colour", input.srgb ? "srgb" : "any"},
          {"optional", input.optional}};
}

Json node_as_json(const host::NodeSpec& node) {
  auto inputs = Json::array();
  for (const auto& input : node.inputs) inputs.push_back(input_as_json(input));
  auto outputs = Json::array();
  for (const auto& output : node.outputs)
    outputs.push_back(
        {{"name", output.name},
         {"semantic", output.semantic ? Json(semantic_name(*output.semantic)) : Json()}});
  auto params = Json::object();
  for (const auto& parameter : node.parameters)
    params[parameter.name] = host::parameter_schema(parameter);
  return {{"id", node.id},       {"label", node.label}, {"summary", node.summary},
          {"inputs", inputs},    {"outputs", outputs},  {"devices", node.devices},
          {"parameters", params}};
}

Json plugin_as_json(const host::PluginEntry& plugin) {
  auto nodes = Json::array();
  for (const auto& node : plugin.manifest.nodes) nodes.push_back(node_as_json(node));
  return {{"plugin", plugin.manifest.plugin},
          {"version", plugin.manifest.version},
          {"licence", plugin.manifest.licence},
          {"summary", plugin.manifest.summary},
          {"runtime", plugin.manifest.runtime},
          {"library", plugin.library.string()},
          {"nodes", nodes}};
}

std::string value_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void print_parameter(const host::ParameterSpec& parameter) {
  std::ostringstream range;
  range << host::type_name(parameter.type);
  if (parameter.minimum) range << " from " << *parameter.minimum;
  if (parameter.maximum) range << " to " << *parameter.maximum;
  if (!parameter.unit.empty()) range << " " << parameter.unit;
  if (!parameter.allowed.empty()) {
    std::vector<std::string> choices;
    for (const auto& choice : parameter.allowed) choices.push_back(value_text(choice));
    range << ": " << host::listed(choices);
  }
  if (!parameter.default_value.is_null() && !value_text(parameter.default_value).empty())
    range << "; default " << value_text(parameter.default_value);
  std::cout << "    " << std::left << std::setw(16) << parameter.name << parameter.description
            << " (" << range.str() << ")\n";
}

void print_node(const host::NodeSpec& node) {
  std::cout << node.id << " (" << node.label << "): " << node.summary << "\n";
  for (const auto& input : node.inputs)
    std::cout << "  in  " << input.name << (input.optional ? " (optional)" : "") << "\n";
  for (const auto& output : node.outputs)
    std::cout << "  out " << output.name
              << (output.semantic ? ": " + semantic_name(*output.semantic) : "") << "\n";
  std::cout << "  devices: " << host::listed(node.devices) << "\n";
  for (const auto& weight : node.weights)
    std::cout << "  weights: " << weight.repo << "/" << weight.file << " (" << weight.licence
              << ")\n";
  if (!node.parameters.empty()) std::cout << "  parameters\n";
  for (const auto& parameter : node.parameters) print_parameter(parameter);
}

void print_manifest_of(const host::Manifest& manifest, const std::filesystem::path& library) {
  std::cout << manifest.plugin << " " << manifest.version << ": " << manifest.summary << "\n"
            << "  library: " << library.string() << "\n  licence: " << manifest.licence << "\n";
  if (!manifest.runtime.empty()) std::cout << "  run time: " << manifest.runtime << "\n";
  for (const auto& node : manifest.nodes) {
    std::cout << "\n";
    print_node(node);
  }
}

}  // namespace

int list_plugins(const Options& options, host::Log& log) {
  const auto registry = installed_plugins(options, log);
  if (options.json) {
    auto plugins = Json::array();
    for (const auto& plugin : registry.plugins()) plugins.push_back(plugin_as_json(plugin));
    auto broken = Json::array();
    for (const auto& plugin : registry.broken())
      broken.push_back({{"library", plugin.library.string()}, {"reason", plugin.reason}});
    std::cout << Json{{"plugins", plugins}, {"broken", broken}}.dump(2) << "\n";
    return 0;
  }
  for (const auto& plugin : registry.plugins()) {
    std::cout << plugin.manifest.plugin << " " << plugin.manifest.version << "  "
              << plugin.library.string() << "\n";
    for (const auto& node : plugin.manifest.nodes)
      std::cout << "  " << std::left << std::setw(30) << node.id << std::setw(8) << node.label
                << node.summary << "\n";
  }
  return 0;
}

int describe(const Options& options, host::Log& log) {
  // A name that a plugin has comes first: a file may be called anything.
  const auto registry = installed_plugins(options, log);
  for (const auto& plugin : registry.plugins())
    if (plugin.manifest.plugin == options.subject) {
      if (options.json)
        std::cout << plugin_as_json(plugin).dump(2) << "\n";
      else
        print_manifest_of(plugin.manifest, plugin.library);
      return 0;
    }
  const auto found = registry.find(options.subject);
  if (found.spec == nullptr && std::filesystem::is_regular_file(options.subject)) {
    const auto manifest = host::read_manifest(options.subject, host::default_cache_root());
    if (options.json)
      std::cout << plugin_as_json({options.subject, manifest, false}).dump(2) << "\n";
    else
      print_manifest_of(manifest, options.subject);
    return 0;
  }
  if (found.spec == nullptr)
    throw host::Failure(host::ExitCode::kPlugin, registry.explain_missing(options.subject));
  if (options.json)
    std::cout << node_as_json(*found.spec).dump(2) << "\n";
  else
    print_node(*found.spec);
  return 0;
}

int validate_plugin(const Options& options, host::Log& log) {
  const auto checks =
      options.time_limit > 0
          ? host::validate_plugin(options.subject, std::chrono::seconds(options.time_limit))
          : host::validate_plugin(options.subject);
  const auto failed = std::count_if(checks.begin(), checks.end(),
                                    [](const host::Check& check) { return !check.passed; });
  if (options.json) {
    auto list = Json::array();
    for (const auto& check : checks) list.push_back(host::check_as_json(check));
    std::cout << Json{{"library", options.subject}, {"passed", failed == 0}, {"checks", list}}.dump(
                     2)
              << "\n";
  } else {
    for (const auto& check : checks)
      std::cout << (check.passed ? "ok    " : "FAIL  ") << check.name
                << (check.passed ? "" : ": " + check.detail) << "\n";
  }
  if (failed == 0) return 0;
  log.error(options.subject + ": " + std::to_string(failed) + " of " +
            std::to_string(checks.size()) + " checks failed");
  return static_cast<int>(host::ExitCode::kPlugin);
}

int validate_in_process(const Options& options, host::Log& log) {
  const auto say = [](const Json& line) {
    std::cout << line.dump() << "\n" << std::flush;
  };
  host::validate_in_process(options.subject, log,
                            {[&](const std::string& name) {
                               say({{"begins", name}});
                             },
                             [&](const host::Check& check) {
                               say(host::check_as_json(check));
                             }});
  return 0;
}

int print_manifest(const Options& options) {
  host::print_manifest(options.subject);
  return 0;
}

}  // namespace relievo::app
