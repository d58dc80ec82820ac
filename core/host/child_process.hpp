// Runs a program and collects what it says: for work on plugins that may crash or hang.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace relievo::host {

struct ChildResult {
  int exit_code = -1;  // 128 + signal if it was ended by one
  bool timed_out = false;
  std::string out;
  std::string err;
};

// [any] Runs file with arguments, standard input empty, until it ends or the time is up (then it is
// killed). Output beyond 16 MiB a stream is dropped. Throws Failure(kRunFailed) if the program
// cannot be started.
[[nodiscard]] ChildResult run_child(const std::filesystem::path& file,
                                    const std::vector<std::string>& arguments,
                                    std::chrono::milliseconds limit);

// The running program's own file.
[[nodiscard]] std::filesystem::path own_executable();

}  // namespace relievo::host
