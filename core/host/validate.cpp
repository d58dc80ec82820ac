#include "core/host/validate.hpp"

#include <algorithm>
#include <sstream>

#include "core/host/child_process.hpp"
#include "core/host/describe.hpp"
#include "core/host/failure.hpp"
#include "core/host/plugin_library.hpp"
#include "core/host/validate_node.hpp"

namespace relievo::host {
namespace {

// Runs one check: what it throws is why it failed.
bool check(const CheckListener& listener, const std::string& name,
           const std::function<void()>& body) {
  listener.begins(name);
  try {
    body();
    listener.is_done({name, true, ""});
    return true;
  } catch (const std::exception& e) {
    listener.is_done({name, false, e.what()});
    return false;
  }
}

void check_sidecar(const std::filesystem::path& library, const std::string& embedded) {
  const auto sidecar = sidecar_of(library);
  if (!std::filesystem::exists(sidecar)) return;
  const auto text = manifest_text(library, {});
  if (Json::parse(text, nullptr, false) != Json::parse(embedded, nullptr, false))
    throw std::runtime_error(sidecar.string() + " differs from the manifest in the library");
}

void check_tables(const PluginLibrary& library, const Manifest& manifest) {
  for (const auto& node : manifest.nodes)
    if (library.node_type(node.id) == nullptr)
      throw std::runtime_error("the manifest describes '" + node.id + "', the library lacks it");
  const auto& plugin = library.plugin();
  for (std::uint32_t i = 0; i < plugin.node_type_count; ++i)
    if (manifest.node(plugin.node_types[i]->id) == nullptr)
      throw std::runtime_error(std::string("the library has '") + plugin.node_types[i]->id +
                               "', the manifest does not describe it");
}

}  // namespace

void validate_in_process(const std::filesystem::path& file, Log& log,
                         const CheckListener& listener) {
  const PluginLibrary* library = nullptr;
  Manifest manifest;
  if (!check(listener, "loads, and speaks this host's ABI",
             [&] { library = &PluginLibrary::load(file); }) ||
      !check(listener, "has a manifest that this host understands",
             [&] { manifest = parse_manifest(library->manifest_json(), file.string()); }))
    return;
  check(listener, "has the same manifest beside it",
        [&] { check_sidecar(file, library->manifest_json()); });
  if (!check(listener, "has the node types that its manifest describes, and no others",
             [&] { check_tables(*library, manifest); }))
    return;
  for (const auto& node : manifest.nodes)
    for (const auto& node_check :
         node_checks(node, *library->node_type(node.id), manifest.plugin, log))
      check(listener, node.id + ": " + node_check.name, node_check.body);
}

std::vector<Check> validate_plugin(const std::filesystem::path& library,
                                   std::chrono::seconds limit) {
  std::vector<Check> checks;
  const auto child = run_child(own_executable(), {kValidateOption, library.string()}, limit);
  std::istringstream lines(child.out);
  std::string under_way = "can be looked at";
  for (std::string line; std::getline(lines, line);) {
    const auto json = Json::parse(line, nullptr, false);
    if (!json.is_object()) continue;
    if (json.contains("begins")) {
      under_way = json.at("begins").get<std::string>();
      continue;
    }
    checks.push_back(
        {json.value("name", ""), json.value("passed", false), json.value("detail", "")});
  }
  if (child.timed_out)
    checks.push_back(
        {under_way, false, "did not come back within " + std::to_string(limit.count()) + " s"});
  else if (child.exit_code != 0 &&
           std::all_of(checks.begin(), checks.end(), [](const Check& c) { return c.passed; })) {
    auto why = child.err.substr(0, child.err.find('\n'));
    const auto at = why.find("error: ");
    if (at != std::string::npos) why = why.substr(at + 7);
    checks.push_back(
        {under_way, false,
         why.empty() ? "ended with exit code " + std::to_string(child.exit_code) : why});
  }
  return checks;
}

Json check_as_json(const Check& check) {
  return {{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}};
}

}  // namespace relievo::host
