#include "tests/support/paths.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace relievo::test {
namespace {

struct TemporaryDirs {
  std::vector<std::filesystem::path> all;
  ~TemporaryDirs() {
    std::error_code ignored;
    for (const auto& dir : all) std::filesystem::remove_all(dir, ignored);
  }
};

}  // namespace

std::filesystem::path source_dir() {
  return RLV_SOURCE_DIR;
}
std::filesystem::path binary_dir() {
  return RLV_BINARY_DIR;
}

std::optional<std::filesystem::path> shared_data(const std::string& name) {
  const char* set = std::getenv("RELIEVO_DATA");
  const auto root = set != nullptr ? std::filesystem::path(set) : source_dir() / "../shared/data";
  const auto path = root / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return std::filesystem::canonical(path);
}

std::filesystem::path temporary_dir() {
  static TemporaryDirs dirs;
  auto pattern = (std::filesystem::temp_directory_path() / "relievo_test_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  dirs.all.emplace_back(pattern);
  return pattern;
}

}  // namespace relievo::test
