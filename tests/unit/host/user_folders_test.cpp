// Where a user's plugins and caches lie, and where never.
#include "core/host/user_folders.hpp"

#include <cstdlib>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace relievo::test {
namespace {

// Sets or removes a variable of the environment until the end of the test.
class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* old = std::getenv(name_.c_str())) old_ = old;
    put(value);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { put(old_ ? old_->c_str() : nullptr); }

 private:
  void put(const char* value) const {
    if (value == nullptr)
      unsetenv(name_.c_str());
    else
      setenv(name_.c_str(), value, 1);
  }

  std::string name_;
  std::optional<std::string> old_;
};

TEST(UserFolders, AreAbsoluteWhateverTheEnvironmentSays) {
  for (const char* value : {static_cast<const char*>(nullptr), "", "relative/folder"}) {
    const Variable home("HOME", value);
    const Variable data("XDG_DATA_HOME", value);
    const Variable cache("XDG_CACHE_HOME", value);
    const auto plugins = host::user_plugin_folder();
    EXPECT_TRUE(plugins.empty() || plugins.is_absolute()) << plugins;
    EXPECT_TRUE(host::default_cache_root().is_absolute()) << host::default_cache_root();
  }
}

#if !defined(__APPLE__)
TEST(UserFolders, FollowTheBaseDirectories) {
  const Variable home("HOME", "/home/ann");
  const Variable data("XDG_DATA_HOME", nullptr);
  const Variable cache("XDG_CACHE_HOME", "/fast/cache");
  EXPECT_EQ(host::user_plugin_folder(), "/home/ann/.local/share/relievo/plugins");
  EXPECT_EQ(host::default_cache_root(), "/fast/cache/relievo");
}
#endif

}  // namespace
}  // namespace relievo::test
