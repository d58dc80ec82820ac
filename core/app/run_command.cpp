#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include <unistd.h>

#include "core/app/commands.hpp"
#include "core/app/graph_run.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/app/interrupts.hpp"
#include "core/app/output_check.hpp"
#include "core/app/pipeline_config.hpp"
#include "core/app/spatial_step.hpp"
#include "core/app/weights_finder.hpp"
#include "core/bench/config.hpp"
#include "core/host/child_process.hpp"
#include "core/host/config.hpp"
#include "core/host/failure.hpp"
#include "core/host/graph.hpp"
#include "core/host/machine.hpp"
#include "core/host/registry.hpp"
#include "core/host/resolve.hpp"
#include "core/host/runner.hpp"

namespace relievo::app {
namespace {

using host::ExitCode;
using host::Failure;
using SpatialState = host::SpatialOutcome::State;

bool asks_for_bench(const Options& options) {
  if (options.config.empty()) return false;
  const auto root = host::read_yaml_file(options.config);
  return root.map() != nullptr && bench::is_bench(root);
}

std::string counted(std::int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "source 12 %, depth 71 %": the share of the run that each stage was at work.
std::string busy_text(const host::RunReport& report) {
  std::ostringstream text;
  for (const auto& node : report.nodes) {
    if (text.tellp() > 0) text << ", ";
    text << node.name << " " << std::fixed << std::setprecision(0)
         << (report.seconds > 0 ? 100.0 * node.busy_s / report.seconds : 0.0) << " %";
  }
  return text.str();
}

void tell_outputs(const host::RunReport& report, const Options& options, host::Log& log) {
  for (const auto& sink : report.sinks) {
    for (const auto& note : sink.value("notes", host::Json::array()))
      log.info("node '" + sink.value("node", "") + "': " + note.get<std::string>());
    const auto path = sink.value("path", "");
    if (path.empty() || path == "null") continue;
    if (sink.value("complete", false)) {
      if (!options.json) {
        std::cout << path << "\n";
        for (const auto& more : sink.value("more_paths", host::Json::array()))
          std::cout << more.get<std::string>() << "\n";
      }
    } else {
      log.info("kept what was done: " + path + " (" +
               counted(sink.value("frames", std::int64_t{0}), "frame") + ")");
    }
  }
  std::cout << std::flush;
}

void print_report(const host::RunReport& report, const std::optional<host::SpatialJob>& job,
                  const std::optional<host::SpatialOutcome>& spatial, bool is_good) {
  auto json = host::report_as_json(report);
  if (!is_good) {
    json["status"] = "failed";
    json["message"] = "what was written is not as it should be; see the outputs' checks";
  }
  if (spatial) {
    json["spatial"] = spatial_report(*job, *spatial);
    const bool is_fault = spatial->state == SpatialState::kFailed;
    if (is_fault || spatial->state == SpatialState::kCancelled)
      json["status"] = json["spatial"]["status"];
    if (is_fault) json["message"] = spatial->message;
  }
  std::cout << json.dump(2, ' ', false, host::Json::error_handler_t::replace) << "\n" << std::flush;
}

// What went wrong in the graph, or that it was stopped.
int conclude_early(const host::RunReport& report, host::Log& log) {
  if (report.failure) {
    log.error(report.failure->what());
    return static_cast<int>(report.failure->code());
  }
  log.info("cancelled");
  return static_cast<int>(ExitCode::kCancelled);
}

void tell_speed(const host::RunReport& report, host::Log& log) {
  std::ostringstream text;
  text << counted(report.frames, "frame") << " in " << std::fixed << std::setprecision(1)
       << report.seconds << " s ("
       << (report.seconds > 0 ? static_cast<double>(report.frames) / report.seconds : 0.0)
       << " fps); busy: " << busy_text(report);
  log.info(text.str());
}

int conclude_spatial(const host::SpatialJob& job, const host::SpatialOutcome& outcome,
                     const Options& options, host::Log& log) {
  switch (outcome.state) {
    case SpatialState::kDone:
      if (!options.json) std::cout << job.output.string() << "\n" << std::flush;
      break;
    case SpatialState::kNoTool: log.warn(outcome.message); break;
    case SpatialState::kFailed:
      log.error(outcome.message);
      return static_cast<int>(ExitCode::kRunFailed);
    case SpatialState::kCancelled:
      log.info("cancelled; '" + job.film.string() + "' is whole, '" + job.output.string() +
               "' was not made; by hand: " + outcome.command);
      return static_cast<int>(ExitCode::kCancelled);
  }
  return static_cast<int>(ExitCode::kDone);
}

void print_plan(const host::Graph& graph, const host::RunContext& run,
                const std::optional<host::SpatialJob>& job, bool as_json) {
  if (as_json) {
    auto plan = host::graph_as_json(graph, run);
    if (job) plan["spatial"] = spatial_plan(*job);
    std::cout << plan.dump(2) << "\n";
    return;
  }
  std::cout << host::describe_graph(graph, run);
  if (!job) return;
  std::cout << "\nthen: " << host::spatial_command(*job) << "\n";
  if (!host::find_spatial(*job)) std::cout << "(the program 'spatial' is not here)\n";
}

}  // namespace

int run_pipeline(const Options& options, host::Log& log) {
  catch_interrupts();
  if (asks_for_bench(options)) return run_bench(options, log);
  if (options.seconds)
    throw Failure(ExitCode::kUsage,
                  "--seconds is for the config of a benchmark; a source has a parameter for it: "
                  "--set nodes.source.params.seconds=3");
  const auto config = load_config(options);
  const auto registry = find_plugins(options, config.plugin_folders);
  host::RunContext run(log);
  set_limits(config.limits, run);
  host::set_openmp_threads(run.cpu_threads);
  host::ResolveOptions resolve_options;
  resolve_options.overwrite = options.overwrite;
  resolve_options.find_weights = weights_finder(options, log);
  const auto resolved = host::resolve(config, registry, resolve_options);
  for (const auto& note : resolved.notes) log.info(note);
  std::optional<host::SpatialJob> job;
  if (config.spatial) job = host::plan_spatial(*config.spatial, resolved, options.overwrite);
  const bool with_sidecar = config.sidecar || options.sidecar;
  if (with_sidecar) check_sidecars(resolved, options.overwrite);
  auto graph = std::make_unique<host::Graph>(host::build_graph(resolved, registry, run));
  if (options.action == Action::kDryRun) {
    print_plan(*graph, run, job, options.json);
    return 0;
  }
  auto report = run_shown(*graph, run, config, options.quiet, log);
  tell_outputs(report, options, log);
  for (const auto& line : report.later_failures)
    log.write(report.failure ? RLV_LOG_DEBUG : RLV_LOG_ERROR, line);
  std::optional<host::SpatialOutcome> spatial;
  const bool is_done = !report.failure && !report.cancelled;
  if (is_done) tell_speed(report, log);
  bool is_good = true;
  if (is_done && !report.hung) {
    graph.reset();  // what follows needs the memory
    is_good = check_outputs(report, resolved, registry, run);
    if (job && is_good) spatial = run_spatial_step(*job, options, registry, run);
    if (with_sidecar)
      is_good = write_sidecars(report, resolved,
                               spatial ? spatial_report(*job, *spatial) : host::Json(), log) &&
                is_good;
  }
  if (options.json) print_report(report, job, spatial, is_good);
  int code = static_cast<int>(ExitCode::kDone);
  if (!is_done) code = conclude_early(report, log);
  if (!is_good)
    code = static_cast<int>(is_interrupted() ? ExitCode::kCancelled : ExitCode::kRunFailed);
  if (spatial) code = std::max(code, conclude_spatial(*job, *spatial, options, log));
  // A thread that never comes back still uses the graph: leave everything as it is.
  if (report.hung) _exit(code);
  return code;
}

}  // namespace relievo::app
