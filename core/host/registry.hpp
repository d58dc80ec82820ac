// Which plugins there are, found and described without loading any of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/host/manifest.hpp"
#include "core/host/plugin_library.hpp"

namespace relievo::host {

struct PluginEntry {
  std::filesystem::path library;
  Manifest manifest;
  bool is_builtin = false;  // came with the host: may have nodes without a dot, and start clocks
};

// A library that looked like a plugin and could not be described.
struct BrokenPlugin {
  std::filesystem::path library;
  std::string reason;
};

// Where plugins are looked for, first wins; never the current folder unless it is named.
struct SearchPath {
  std::vector<std::filesystem::path> folders;
  std::vector<std::filesystem::path> builtin;  // libraries that come with the host

  // command_line, then config, $RELIEVO_PLUGIN_PATH, beside the executable, the user's folder, the
  // system's.
  [[nodiscard]] static SearchPath standard(const std::vector<std::string>& command_line,
                                           const std::vector<std::filesystem::path>& config);
};

// A node type with the plugin that has it.
struct FoundNode {
  const PluginEntry* plugin = nullptr;
  const NodeSpec* spec = nullptr;
};

// [main]
class Registry {
 public:
  // Reads the manifests of every library on the path. cache_root: where descriptions of lone
  // libraries are kept.
  static Registry discover(const SearchPath& path, const std::filesystem::path& cache_root);

  [[nodiscard]] const std::vector<PluginEntry>& plugins() const { return plugins_; }
  [[nodiscard]] const std::vector<BrokenPlugin>& broken() const { return broken_; }
  // nullptrs if no plugin has it.
  [[nodiscard]] FoundNode find(const std::string& node_id) const;
  [[nodiscard]] std::vector<std::string> node_ids() const;
  // Why a node id is not there and what is: for the message to the user.
  [[nodiscard]] std::string explain_missing(const std::string& node_id) const;

  // Loads the plugin of the node and checks that it is the one that its manifest describes. Throws
  // Failure(kPlugin).
  [[nodiscard]] const rlv_node_type& load(const FoundNode& node) const;

 private:
  void add(const std::filesystem::path& library, const std::filesystem::path& cache_root,
           bool builtin);

  std::vector<PluginEntry> plugins_;
  std::vector<BrokenPlugin> broken_;
  std::vector<std::filesystem::path> searched_;
};

}  // namespace relievo::host
