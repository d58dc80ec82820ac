// The behavioural checks that any plugin must pass: the same suite for --validate-plugin, for the
// tests that run it on every plugin found, and for authors.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/host/log.hpp"
#include "core/host/parameters.hpp"

namespace relievo::host {

struct Check {
  std::string name;  // a sentence: "example.ramp: gives one frame for each"
  bool passed = false;
  std::string detail;  // why not
};

// Hears of each check before it begins and after it is done: a crash in between has a name.
struct CheckListener {
  std::function<void(const std::string& name)> begins;
  std::function<void(const Check&)> is_done;
};

// [main] In this process: a plugin may take it along. Each check is reported as soon as it is done.
void validate_in_process(const std::filesystem::path& library, Log& log,
                         const CheckListener& listener);
inline constexpr const char* kValidateOption = "--validate-in-process";

// Enough for a network on random input on a slow machine.
inline constexpr std::chrono::seconds kValidateLimit{60};

// In a child process, with a time limit; a crash or a hang becomes a failed check that says where.
[[nodiscard]] std::vector<Check> validate_plugin(const std::filesystem::path& library,
                                                 std::chrono::seconds limit = kValidateLimit);

[[nodiscard]] Json check_as_json(const Check& check);

}  // namespace relievo::host
