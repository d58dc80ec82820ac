// What a benchmark tells: report.json and what is made of it (docs/benchmark.md has the format).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/bench/cell.hpp"
#include "core/bench/samples.hpp"

namespace relievo::bench {

struct ReportInput {
  const BenchConfig& config;
  const std::vector<Sample>& samples;
  const std::vector<Cell>& cells;
  const Json& context;
  const std::vector<std::string>& command;
};

// Numbers of several repetitions are their medians; memory is the most of them.
[[nodiscard]] Json make_report(const ReportInput& input);

// For pasting: a table of what was measured, fastest first, one of measures, a list of the rest.
[[nodiscard]] std::string report_as_markdown(const Json& report);

// Google Benchmark's JSON layout, one entry for each repetition: real_time is ms a frame.
[[nodiscard]] Json report_for_google(const Json& report);

// Writes all of it to the folder and returns the file to open. Throws Failure(kRunFailed).
[[nodiscard]] std::filesystem::path write_report(const Json& report,
                                                 const std::filesystem::path& folder);

}  // namespace relievo::bench
