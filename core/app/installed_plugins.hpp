// The plugins that a command of the program sees.
#pragma once

#include <filesystem>
#include <vector>

#include "core/app/options.hpp"
#include "core/host/log.hpp"
#include "core/host/registry.hpp"

namespace relievo::app {

// [main] Those of --plugin-path, of the folders of a config if there is one, and of the standard
// places, described and not loaded.
[[nodiscard]] host::Registry find_plugins(const Options& options,
                                          const std::vector<std::filesystem::path>& config_folders);

// The same without a config; each plugin that cannot be described is told as a warning.
[[nodiscard]] host::Registry installed_plugins(const Options& options, host::Log& log);

}  // namespace relievo::app
