// What both doors to the benchmark share: the command line's part of the config, and the program
// that cells run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/bench/config.hpp"

namespace relievo::bench {

struct DoorOptions {
  std::filesystem::path config;
  std::string input;   // instead of the config's samples; empty: those
  std::string output;  // folder of the report
  std::optional<double> seconds;
  std::vector<std::string> overrides;  // --set
};

// Throws host::Failure(kUsage).
[[nodiscard]] BenchConfig read_bench(const DoorOptions& options);

// The pipeline program: the running one, or what lies beside it as 'host' or 'relievo'. Throws
// host::Failure(kRunFailed) if there is none.
[[nodiscard]] std::filesystem::path pipeline_program();

}  // namespace relievo::bench
