// host --config configs/bench.yaml, and host bench compare.
#include <iomanip>
#include <iostream>

#include "core/app/commands.hpp"
#include "core/app/interrupts.hpp"
#include "core/bench/compare.hpp"
#include "core/bench/door.hpp"
#include "core/bench/session.hpp"
#include "core/host/failure.hpp"

namespace relievo::app {
namespace {

using host::ExitCode;
using host::Failure;

void refuse_foreign_options(const Options& options) {
  if (!options.preset.empty())
    throw Failure(ExitCode::kUsage, "--preset is for films; a benchmark saves what pages show");
  if (!options.film.empty())
    throw Failure(ExitCode::kUsage,
                  "the film '" + options.film +
                      "' is given beside a benchmark's config; name it with --input");
}

int list_cells(const bench::Session& session, const Options& options) {
  if (options.json) {
    std::cout << session.report().dump(2) << "\n";
    return 0;
  }
  for (const auto& cell : session.cells()) {
    std::cout << cell.name;
    if (!cell.reason.empty())
      std::cout << "  " << bench::status_name(cell.status) << ": " << cell.reason;
    if (!cell.remedy.empty()) std::cout << " (" << cell.remedy << ")";
    std::cout << "\n";
  }
  return 0;
}

bool any_measured(const bench::Session& session) {
  for (const auto& cell : session.cells())
    if (cell.status == bench::CellStatus::kMeasured) return true;
  return false;
}

void tell_obstacles(const bench::Session& session, host::Log& log) {
  for (const auto& cell : session.cells()) {
    if (cell.reason.empty()) continue;
    log.warn(cell.name + ": " + bench::status_name(cell.status) + ": " + cell.reason +
             (cell.remedy.empty() ? "" : "; to change that: " + cell.remedy));
  }
}

}  // namespace

int run_bench(const Options& options, host::Log& log) {
  refuse_foreign_options(options);
  auto config = bench::read_bench(
      {options.config, options.input, options.output, options.seconds, options.overrides});
  let_work_finish();
  bench::SessionOptions session_options;
  session_options.program = {bench::pipeline_program(), options.plugin_path, [] {
                               return is_interrupted();
                             }};
  session_options.command = options.command;
  session_options.overwrite = options.overwrite || options.action == Action::kDryRun;
  bench::Session session(std::move(config), std::move(session_options), log);
  if (options.action == Action::kDryRun) return list_cells(session, options);
  bool cancelled = false;
  try {
    session.run();
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::kCancelled) throw;
    cancelled = true;
  }
  const auto page = session.write();
  tell_obstacles(session, log);
  if (options.json)
    std::cout << session.report().dump(2) << "\n";
  else
    std::cout << page.string() << "\n";
  if (cancelled) {
    log.info("cancelled; the report has what was done until then");
    return static_cast<int>(ExitCode::kCancelled);
  }
  if (any_measured(session)) return static_cast<int>(ExitCode::kDone);
  log.error("no cell could be measured; the report says why");
  return static_cast<int>(ExitCode::kRunFailed);
}

int compare_reports(const Options& options) {
  const auto& wish = options.compare;
  const auto changes = bench::compare(bench::read_report(wish.before),
                                      bench::read_report(wish.after), wish.measure, wish.alpha);
  if (options.json)
    std::cout << bench::changes_as_json(changes).dump(2) << "\n";
  else
    std::cout << bench::changes_as_text(changes, wish.measure);
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace relievo::app
