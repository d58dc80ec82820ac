// Where a user's own files lie: freedesktop.org's base directories, on a Mac Apple's.
#pragma once

#include <filesystem>

namespace relievo::host {

// Plugins that the user has installed for himself. Empty if he has no home: never the working
// folder, which anybody may have filled.
[[nodiscard]] std::filesystem::path user_plugin_folder();

// What can be made again: manifests, weights prepared for a device. Without a home a folder of the
// user's own among the temporary ones. [any]
[[nodiscard]] std::filesystem::path default_cache_root();

}  // namespace relievo::host
