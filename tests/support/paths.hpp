// Where tests find files. Data that lie outside the repository may be missing: such a test skips,
// visibly.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace relievo::test {

[[nodiscard]] std::filesystem::path source_dir();
[[nodiscard]] std::filesystem::path binary_dir();

// A file or folder of the shared test data ($RELIEVO_DATA, default ../shared/data beside the
// checkout); nothing if it is not there.
[[nodiscard]] std::optional<std::filesystem::path> shared_data(const std::string& name);

// A new empty folder, removed at the end of the program.
[[nodiscard]] std::filesystem::path temporary_dir();

}  // namespace relievo::test

// In a test body: std::filesystem::path variable, or skip.
#define RLV_SHARED_DATA_OR_SKIP(variable, name)                                     \
  const auto variable##_found = relievo::test::shared_data(name);                   \
  if (!variable##_found)                                                            \
    GTEST_SKIP() << "test data '" << (name)                                         \
                 << "' are not here; set RELIEVO_DATA to the folder that has them"; \
  const auto variable = *variable##_found
