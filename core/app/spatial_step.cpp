#include "core/app/spatial_step.hpp"

#include <unistd.h>

#include "core/app/interrupts.hpp"
#include "core/host/inspect.hpp"
#include "core/host/progress_line.hpp"

namespace relievo::app {
namespace {

using host::Json;
using State = host::SpatialOutcome::State;

const char* status_of(State state) {
  switch (state) {
    case State::kDone: return "done";
    case State::kNoTool: return "no_tool";
    case State::kFailed: return "failed";
    case State::kCancelled: return "cancelled";
  }
  return "failed";
}

}  // namespace

host::SpatialOutcome run_spatial_step(const host::SpatialJob& job, const Options& options,
                                      const host::Registry& registry, host::RunContext& run) {
  host::ProgressLine line(run.log, !options.quiet && isatty(STDERR_FILENO) != 0);
  host::SpatialWatch watch;
  watch.cancel_requested = [] {
    return is_interrupted();
  };
  watch.on_progress = [&](std::chrono::duration<double> elapsed, const std::string& text) {
    line.show(elapsed, text);
  };
  if (host::find_spatial(job)) run.log.info("running: " + host::spatial_command(job));
  auto outcome = host::make_spatial(job, watch, [&](const std::filesystem::path& film) {
    return host::inspect_film(film, registry, run);
  });
  for (const auto& said : outcome.said) run.log.debug("spatial: " + said);
  for (const auto& note : outcome.notes) run.log.warn("'" + job.output.string() + "': " + note);
  return outcome;
}

Json spatial_plan(const host::SpatialJob& job) {
  const auto tool = host::find_spatial(job);
  return {{"command", host::spatial_command(job)},
          {"film", job.film.string()},
          {"output", job.output.string()},
          {"tool", tool ? Json(tool->string()) : Json()}};
}

Json spatial_report(const host::SpatialJob& job, const host::SpatialOutcome& outcome) {
  const bool is_done = outcome.state == State::kDone;
  Json report{{"status", status_of(outcome.state)},
              {"path", is_done ? Json(job.output.string()) : Json()},
              {"command", outcome.command},
              {"seconds", outcome.seconds},
              {"notes", outcome.notes}};
  if (!outcome.message.empty()) report["message"] = outcome.message;
  if (is_done) report["film"] = outcome.made;
  return report;
}

}  // namespace relievo::app
