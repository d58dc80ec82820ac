// A whole benchmark: what both doors (host --config and relievo_bench) go through.
#pragma once

#include <string>
#include <vector>

#include "core/bench/cell_runner.hpp"
#include "core/bench/matrix.hpp"
#include "core/host/log.hpp"

namespace relievo::bench {

struct SessionOptions {
  ChildProgram program;
  std::vector<std::string> command;  // for the report
  bool overwrite = false;            // a report that is there
};

// [main] All throw Failure: kUsage for what the config asks for, kCancelled.
class Session {
 public:
  // Looks at samples and plugins, and lists the cells; runs no cell. A report that is there is
  // refused without overwrite.
  Session(BenchConfig config, SessionOptions options, host::Log& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] const BenchConfig& config() const { return config_; }

  // Brings larger samples to 1080p24, once.
  void prepare_samples();
  // The untimed run of a cell, once, and of the one whose depth it takes.
  void save(std::size_t cell);
  // One timed run; nullptr if the cell is skipped or has failed.
  [[nodiscard]] const Repetition* measure(std::size_t cell);
  // Everything: all cells saved, then timed in turns, so that a machine that becomes slower or
  // faster does so for all.
  void run();

  [[nodiscard]] Json report() const;
  // report.json, report.md, google_benchmark.json and the page; returns what to open.
  std::filesystem::path write() const;

 private:
  void look_at(Sample& sample);
  void prepare(Sample& sample);
  [[nodiscard]] PipelineContext context_of(const Cell& cell) const;
  [[nodiscard]] CellFiles files_of(const Cell& cell) const;
  [[nodiscard]] double longest() const;
  void check_output() const;

  BenchConfig config_;
  SessionOptions options_;
  host::Log& log_;
  std::filesystem::path scratch_;  // for pipelines that nobody looks at
  host::Registry registry_;
  DeviceMeter meter_;
  std::vector<Sample> samples_;
  std::vector<Cell> cells_;
  Json machine_;  // the report's context, as it was at the start
  bool samples_are_ready_ = false;
};

}  // namespace relievo::bench
