#include "tests/support/python_tools.hpp"

#include <chrono>
#include <map>

#include "core/host/child_process.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;

PythonTools install(const std::string& group) {
  const auto uv = source_dir() / ".cache/tools/bin/uv";
  if (!fs::exists(uv)) return {"", "uv is not here; scripts/setup test installs it"};
  const auto folder = binary_dir() / (group + "_python");
  const auto result =
      host::run_child("/usr/bin/env",
                      {"UV_PROJECT_ENVIRONMENT=" + folder.string(), uv.string(), "sync", "--quiet",
                       "--project", (source_dir() / "tools").string(), "--only-group", group},
                      std::chrono::seconds(110));
  if (result.exit_code != 0)
    return {"", "the Python packages '" + group + "' cannot be installed: " + result.err};
  return {folder / "bin/python", ""};
}

}  // namespace

const PythonTools& python_tools(const std::string& group) {
  static auto* const groups = new std::map<std::string, PythonTools>;
  const auto found = groups->find(group);
  return found != groups->end() ? found->second
                                : groups->emplace(group, install(group)).first->second;
}

std::string tool_script(const std::string& name) {
  return (source_dir() / "tools" / name).string();
}

}  // namespace relievo::test
