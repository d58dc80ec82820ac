#include "core/host/user_folders.hpp"

#include <cstdlib>
#include <string>

#include <pwd.h>
#include <unistd.h>

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

// Empty unless it is absolute, as the specification wants it.
fs::path absolute_from(const char* text) {
  if (text == nullptr) return {};
  fs::path path(text);
  return path.is_absolute() ? path : fs::path();
}

// HOME, else what the system knows of the user: services and containers often have no HOME.
fs::path home() {
  auto path = absolute_from(std::getenv("HOME"));
  if (!path.empty()) return path;
  const auto* user = getpwuid(getuid());
  return user == nullptr ? fs::path() : absolute_from(user->pw_dir);
}

}  // namespace

fs::path user_plugin_folder() {
#if defined(__APPLE__)
  const auto base = home();
  return base.empty() ? fs::path() : base / "Library/Application Support/relievo/plugins";
#else
  auto base = absolute_from(std::getenv("XDG_DATA_HOME"));
  if (base.empty() && !home().empty()) base = home() / ".local/share";
  return base.empty() ? fs::path() : base / "relievo/plugins";
#endif
}

fs::path default_cache_root() {
#if defined(__APPLE__)
  const auto base = home();
  if (!base.empty()) return base / "Library/Caches/relievo";
#else
  auto base = absolute_from(std::getenv("XDG_CACHE_HOME"));
  if (base.empty() && !home().empty()) base = home() / ".cache";
  if (!base.empty()) return base / "relievo";
#endif
  return fs::temp_directory_path() / ("relievo-" + std::to_string(getuid()));
}

}  // namespace relievo::host
