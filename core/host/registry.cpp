#include "core/host/registry.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>
#include <system_error>

#include "core/host/child_process.hpp"
#include "core/host/describe.hpp"
#include "core/host/failure.hpp"
#include "core/host/suggest.hpp"
#include "core/host/user_folders.hpp"

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

fs::path environment_path(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fs::path() : fs::path(value);
}

#if defined(__APPLE__)
constexpr const char* kLibraryEnding = ".dylib";
#else
constexpr const char* kLibraryEnding = ".so";
#endif

// Libraries of a folder in the order of their names, so that a run does not depend on the file
// system.
std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> libraries;
  std::error_code fault;
  for (fs::directory_iterator it(folder, fault), end; !fault && it != end; it.increment(fault))
    if (is_library_name(it->path()) && !it->is_directory(fault)) libraries.push_back(it->path());
  std::sort(libraries.begin(), libraries.end());
  return libraries;
}

void check_rights(const Manifest& manifest) {
  for (const auto& node : manifest.nodes) {
    if (node.id.find('.') == std::string::npos)
      throw Failure(ExitCode::kPlugin, "node '" + node.id + "' must be called '" + manifest.plugin +
                                           ".something': names without a dot are the host's");
    if (node.new_clock != NewClock::kNever)
      throw Failure(
          ExitCode::kPlugin,
          "node '" + node.id + "' wants to start a clock, which only nodes of the host may");
  }
}

}  // namespace

SearchPath SearchPath::standard(const std::vector<std::string>& command_line,
                                const std::vector<fs::path>& config) {
  SearchPath path;
  path.folders.assign(command_line.begin(), command_line.end());
  path.folders.insert(path.folders.end(), config.begin(), config.end());
  std::istringstream listed_folders(environment_path("RELIEVO_PLUGIN_PATH").string());
  for (std::string folder; std::getline(listed_folders, folder, ':');)
    if (!folder.empty()) path.folders.emplace_back(folder);
  const auto beside = own_executable().parent_path() / "../lib/relievo";
  path.folders.push_back((beside / "plugins").lexically_normal());
  if (auto own = user_plugin_folder(); !own.empty()) path.folders.push_back(std::move(own));
  path.folders.emplace_back("/usr/local/lib/relievo/plugins");
  path.folders.emplace_back("/usr/lib/relievo/plugins");
  path.builtin.push_back((beside / (std::string("media") + kLibraryEnding)).lexically_normal());
  return path;
}

Registry Registry::discover(const SearchPath& path, const fs::path& cache_root) {
  Registry registry;
  for (const auto& library : path.builtin) registry.add(library, cache_root, true);
  for (const auto& folder : path.folders) {
    registry.searched_.push_back(folder);
    for (const auto& library : libraries_in(folder)) registry.add(library, cache_root, false);
  }
  return registry;
}

void Registry::add(const fs::path& library, const fs::path& cache_root, bool builtin) {
  try {
    auto manifest = read_manifest(library, cache_root);
    if (!builtin) check_rights(manifest);
    const bool known = std::any_of(plugins_.begin(), plugins_.end(), [&](const PluginEntry& entry) {
      return entry.manifest.plugin == manifest.plugin;
    });
    if (!known) plugins_.push_back({library, std::move(manifest), builtin});
  } catch (const Failure& e) {
    broken_.push_back({library, e.what()});
  }
}

FoundNode Registry::find(const std::string& node_id) const {
  for (const auto& entry : plugins_)
    if (const auto* spec = entry.manifest.node(node_id)) return {&entry, spec};
  return {};
}

std::vector<std::string> Registry::node_ids() const {
  std::vector<std::string> ids;
  for (const auto& entry : plugins_)
    for (const auto& node : entry.manifest.nodes) ids.push_back(node.id);
  return ids;
}

std::string Registry::explain_missing(const std::string& node_id) const {
  const auto suggestion = did_you_mean(node_id, node_ids());
  std::string text = "no plugin has the node type '" + node_id + "'" + suggestion;
  const auto plugin = node_id.substr(0, node_id.find('.'));
  for (const auto& broken : broken_)
    if (broken.library.stem() == plugin) return text + ": " + broken.reason;
  if (!suggestion.empty()) return text;
  std::vector<std::string> folders;
  for (const auto& folder : searched_) folders.push_back(folder.string());
  return text + "; known are " + listed(node_ids()) + " (looked in " + listed(folders) + ")";
}

const rlv_node_type& Registry::load(const FoundNode& node) const {
  const auto& library = PluginLibrary::load(node.plugin->library);
  const auto embedded = Json::parse(library.manifest_json(), nullptr, false);
  if (embedded != Json::parse(node.plugin->manifest.text, nullptr, false))
    throw Failure(
        ExitCode::kPlugin,
        sidecar_of(node.plugin->library).string() + " does not describe " +
            node.plugin->library.string() +
            " (their manifests differ); install both from one build, or delete the .json");
  const auto* type = library.node_type(node.spec->id);
  if (type == nullptr)
    throw Failure(ExitCode::kPlugin, "plugin '" + node.plugin->library.string() +
                                         "' lacks the node '" + node.spec->id +
                                         "' that its manifest describes");
  return *type;
}

}  // namespace relievo::host
