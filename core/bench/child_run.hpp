// A pipeline run by the program itself, as a child: what crashes there spoils nothing here.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/bench/device_meter.hpp"
#include "core/host/child_process.hpp"
#include "core/host/parameters.hpp"

namespace relievo::bench {

struct ChildProgram {
  std::filesystem::path host;            // the program
  std::vector<std::string> plugin_path;  // of its command line
  std::function<bool()> stop_requested = [] {
    return false;
  };
};

struct ChildRun {
  host::Json report;  // the run's own; null if it gave none
  host::ChildResult process;
  DeviceUse device;
  std::string fault;     // empty: done
  std::string remedy;    // a command, if the fault names one
  bool skipped = false;  // the fault is that weights are not here
};

// [main] Writes the pipeline to config_file, runs it, and appends what it says to log_file. Throws
// Failure(kCancelled) once stop_requested() says so. more: further arguments.
[[nodiscard]] ChildRun run_pipeline(const ChildProgram& program, const host::Json& pipeline,
                                    const std::filesystem::path& config_file,
                                    const std::filesystem::path& log_file,
                                    std::chrono::milliseconds limit, DeviceMeter& meter,
                                    const std::vector<std::string>& more = {});

// Splits what the program says of missing weights: "node 'depth' needs ...: its weights are not on
// this machine; to fetch them (...), run: host models fetch x" into reason and command. Exported
// for tests.
void split_remedy(const std::string& message, std::string& reason, std::string& remedy);

}  // namespace relievo::bench
