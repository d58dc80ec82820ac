// Runs a program and collects what it says: for work on plugins that may crash or hang, and for
// tools of others.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace relievo::host {

struct ChildResult {
  int exit_code = -1;  // 128 + signal if it was ended by one
  bool timed_out = false;
  bool was_ended = false;  // by ChildWatch::must_end
  std::string out;
  std::string err;
  std::chrono::steady_clock::time_point started;  // when the system was asked for it
  // Bytes: its largest resident size. Not below that of this process, as which it begins.
  std::uint64_t peak_memory = 0;
  double cpu_s = 0;  // processor time, of all its threads
};

// What goes on beside a child that runs.
struct ChildLookout {
  std::chrono::milliseconds every{50};
  std::function<void(pid_t)> look;       // called that often
  std::function<bool()> stop_requested;  // asked that often; true sends SIGINT, once
};

// [any] Runs file with arguments, standard input empty, until it ends or the time is up (then it is
// killed). Output beyond 16 MiB a stream is dropped. Throws Failure(kRunFailed) if the program
// cannot be started.
[[nodiscard]] ChildResult run_child(const std::filesystem::path& file,
                                    const std::vector<std::string>& arguments,
                                    std::chrono::milliseconds limit,
                                    const ChildLookout& watch = {});

// What is done while a program runs, on the thread that follows it.
struct ChildWatch {
  // What it says, on either stream, as it comes.
  std::function<void(std::string_view text)> on_text = [](std::string_view) {
  };
  // Asked some twenty times a second; true ends the program and those that it has started.
  std::function<bool()> must_end = [] {
    return false;
  };
  std::chrono::milliseconds grace{2000};  // from SIGTERM to SIGKILL
};

// [any] As run_child(), in a process group of its own (a terminal's Ctrl-C does not reach it) and
// without a limit of time: until it ends, whoever else still holds its streams.
[[nodiscard]] ChildResult follow_child(const std::filesystem::path& file,
                                       const std::vector<std::string>& arguments,
                                       const ChildWatch& watch);

// The running program's own file.
[[nodiscard]] std::filesystem::path own_executable();

}  // namespace relievo::host
