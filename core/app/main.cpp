// The program: reads the command line, does one thing, turns failures into a line and an exit code.
#include <filesystem>
#include <iostream>

#include "core/app/commands.hpp"
#include "core/app/options.hpp"
#include "core/host/crash.hpp"
#include "core/host/failure.hpp"
#include "core/host/log.hpp"
#include "core/host/parameters.hpp"

namespace {

using relievo::app::Action;

int act(const relievo::app::Options& options, relievo::host::Log& log) {
  switch (options.action) {
    case Action::kListPlugins: return relievo::app::list_plugins(options, log);
    case Action::kDescribe: return relievo::app::describe(options, log);
    case Action::kValidatePlugin: return relievo::app::validate_plugin(options, log);
    case Action::kValidateInProcess: return relievo::app::validate_in_process(options, log);
    case Action::kPrintManifest: return relievo::app::print_manifest(options);
    case Action::kPrintSchema: return relievo::app::print_schema(options, log);
    case Action::kListPresets: return relievo::app::list_presets(options);
    case Action::kInspect: return relievo::app::inspect(options, log);
    case Action::kAnalyse: return relievo::app::analyse(options, log);
    case Action::kCompareReports: return relievo::app::compare_reports(options);
    case Action::kModels: return relievo::app::models(options, log);
    case Action::kRun:
    case Action::kDryRun: break;
  }
  return relievo::app::run_pipeline(options, log);
}

}  // namespace

int main(int argc, char** argv) {
  static const std::string program =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "host";
  relievo::host::install_crash_handler(program.c_str());
  relievo::app::Options options;
  relievo::app::EarlyExit early;
  if (!relievo::app::parse_command_line(argc, argv, program, options, early)) {
    std::cout << early.out;
    std::cerr << early.err;
    return early.code;
  }
  relievo::host::Log log(program);
  if (options.quiet) log.set_threshold(RLV_LOG_WARNING);
  if (options.verbose) log.set_threshold(RLV_LOG_DEBUG);
  // What a script reads of a run that never began.
  const auto fail = [&](relievo::host::ExitCode code, const std::string& message) {
    if (options.json)
      std::cout << relievo::host::Json{{"status", "failed"}, {"message", message}}.dump(2) << "\n";
    log.error(message);
    return static_cast<int>(code);
  };
  try {
    return act(options, log);
  } catch (const relievo::host::Failure& failure) {
    return fail(failure.code(), failure.what());
  } catch (const std::exception& e) {
    return fail(relievo::host::ExitCode::kRunFailed,
                std::string("internal fault: ") + e.what() + "; please report it");
  }
}
