// A plugin's shared library, loaded: through Boost.DLL, checked before it is believed, and never
// unloaded.
#pragma once

#include <filesystem>
#include <string>

#include <relievo/plugin.h>

namespace relievo::host {

// What the loaded library offers; lives for ever, as libraries are never unloaded (libtorch, for
// one, crashes if it is).
class PluginLibrary {
 public:
  // [main] Loads the library, or returns the one loaded before. Throws Failure(kPlugin): file,
  // fault, way out.
  static const PluginLibrary& load(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::string manifest_json() const { return plugin_->manifest_json; }
  [[nodiscard]] const rlv_plugin& plugin() const { return *plugin_; }
  // nullptr if the library has no such node type.
  [[nodiscard]] const rlv_node_type* node_type(const std::string& id) const;

 private:
  PluginLibrary(std::filesystem::path file, const rlv_plugin* plugin)
      : file_(std::move(file)), plugin_(plugin) {}

  std::filesystem::path file_;
  const rlv_plugin* plugin_;
};

// Whether the name ends like a loadable plugin on this platform (.so; on macOS .dylib too).
[[nodiscard]] bool is_library_name(const std::filesystem::path& file);

}  // namespace relievo::host
