// Scripts of tools/ with the packages that tools/pyproject.toml pins for them.
#pragma once

#include <filesystem>
#include <string>

namespace relievo::test {

// The interpreter that has a group's packages; or why there is none.
struct PythonTools {
  std::filesystem::path interpreter;
  std::string missing;
};

// Installs the group below the build folder the first time, through uv.
[[nodiscard]] const PythonTools& python_tools(const std::string& group);

// tools/NAME.
[[nodiscard]] std::string tool_script(const std::string& name);

}  // namespace relievo::test

// In a test body: skips it where the group cannot be had.
#define RLV_PYTHON_TOOLS_OR_SKIP(group)                    \
  if (!relievo::test::python_tools(group).missing.empty()) \
  GTEST_SKIP() << relievo::test::python_tools(group).missing
