#include "core/app/installed_plugins.hpp"

#include "core/host/user_folders.hpp"

namespace relievo::app {

host::Registry find_plugins(const Options& options,
                            const std::vector<std::filesystem::path>& config_folders) {
  return host::Registry::discover(host::SearchPath::standard(options.plugin_path, config_folders),
                                  host::default_cache_root());
}

host::Registry installed_plugins(const Options& options, host::Log& log) {
  auto registry = find_plugins(options, {});
  for (const auto& broken : registry.broken()) log.warn(broken.reason);
  return registry;
}

}  // namespace relievo::app
