// The benchmark through Google Benchmark: each cell of the config is one, registered by its name.
//
//   relievo_bench [--config FILE] [--input FILM] [--output FOLDER] [--seconds N] [--set A=B]...
//                 [--plugin-path FOLDER]... [--overwrite] [--benchmark_...]
//
// What it does is what `host --config FILE` does (core/bench): the work is a child's, the time of
// an iteration the steady milliseconds a frame.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <CLI/CLI.hpp>

#include "core/bench/door.hpp"
#include "core/bench/session.hpp"
#include "core/host/failure.hpp"

namespace {

using relievo::bench::Session;

volatile std::sig_atomic_t g_stop = 0;

// The first failure that is not a cell's own: Google Benchmark lets no exception through.
std::string g_failure;

void measure(benchmark::State& state, Session& session, std::size_t index) {
  for (auto _ : state) {
    if (g_stop != 0 || !g_failure.empty()) {
      state.SkipWithError("stopped");
      return;
    }
    try {
      const auto* run = session.measure(index);
      const auto& cell = session.cells()[index];
      if (run == nullptr) {
        const auto text = cell.reason + (cell.remedy.empty() ? "" : "; " + cell.remedy);
        state.SkipWithError(text.c_str());
        return;
      }
      state.SetIterationTime(1e-3 * run->times.steady_ms);
      state.counters["load_s"] = run->load_s;
      state.counters["first_frame_s"] = run->first_frame_s;
      state.counters["wall_s"] = run->wall_s;
      state.counters["cpu_s"] = run->cpu_s;
      state.counters["frames"] = static_cast<double>(run->frames);
      state.counters["host_bytes"] = static_cast<double>(run->host_peak_bytes);
    } catch (const std::exception& e) {
      g_failure = e.what();
      state.SkipWithError(e.what());
      return;
    }
  }
}

bool has_option(const std::vector<std::string>& words, const std::string& option) {
  for (const auto& word : words)
    if (word.starts_with("--" + option)) return true;
  return false;
}

int run(int argc, char** argv) {
  std::vector<std::string> google{argv[0]};
  std::vector<std::string> own;
  for (int i = 1; i < argc; ++i)
    (std::string(argv[i]).starts_with("--benchmark_") ? google : own).emplace_back(argv[i]);

  relievo::bench::DoorOptions door;
  door.config = RLV_BENCH_CONFIG;
  relievo::bench::SessionOptions options;
  CLI::App app("Times the cells of a benchmark's config; --benchmark_... are Google Benchmark's");
  app.add_option("-c,--config", door.config,
                 "The benchmark's config, a YAML file; configs/bench.yaml");
  app.add_option("-i,--input", door.input, "The only sample, instead of the config's");
  app.add_option("-o,--output", door.output, "Folder of the report, instead of the config's");
  app.add_option("--seconds", door.seconds, "Of each sample")->check(CLI::PositiveNumber);
  app.add_option("--set", door.overrides, "Override one value: bench.repetitions=3")
      ->allow_extra_args(false);
  app.add_option("--plugin-path", options.program.plugin_path, "Look for plugins here first")
      ->allow_extra_args(false);
  app.add_flag("--overwrite", options.overwrite, "Replace a report that is there");
  try {
    app.parse(std::vector<std::string>(own.rbegin(), own.rend()));
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  relievo::host::Log log("relievo_bench");
  auto config = relievo::bench::read_bench(door);
  options.command.assign(argv, argv + argc);
  options.program.host = relievo::bench::pipeline_program();
  options.program.stop_requested = [] {
    return g_stop != 0;
  };
  const bool only_list = has_option(google, "benchmark_list_tests");
  options.overwrite = options.overwrite || only_list;
  if (!has_option(google, "benchmark_repetitions"))
    google.push_back("--benchmark_repetitions=" + std::to_string(config.repetitions));
  Session session(std::move(config), std::move(options), log);
  for (std::size_t i = 0; i < session.cells().size(); ++i)
    benchmark::RegisterBenchmark(
        session.cells()[i].name.c_str(),
        [&session, i](benchmark::State& state) { measure(state, session, i); })
        ->UseManualTime()
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
  std::vector<char*> words;
  for (auto& word : google) words.push_back(word.data());
  auto count = static_cast<int>(words.size());
  benchmark::Initialize(&count, words.data());
  if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;
  const auto ran = benchmark::RunSpecifiedBenchmarks();
  if (only_list || ran == 0) return ran == 0 ? 2 : 0;
  log.info("report: " + session.write().string());
  if (!g_failure.empty() && g_stop == 0) log.error(g_failure);
  return g_stop != 0 ? 130 : g_failure.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { g_stop = 1; });
  try {
    return run(argc, argv);
  } catch (const relievo::host::Failure& failure) {
    std::cerr << "relievo_bench: error: " << failure.what() << "\n";
    return static_cast<int>(failure.code());
  } catch (const std::exception& e) {
    std::cerr << "relievo_bench: error: " << e.what() << "\n";
    return 1;
  }
}
