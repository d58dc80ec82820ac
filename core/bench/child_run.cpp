#include "core/bench/child_run.hpp"

#include <fstream>
#include <sstream>

#include "core/host/failure.hpp"

namespace relievo::bench {
namespace {

using host::ExitCode;
using host::Failure;
using host::Json;

// The last line of the child's log that is an error, without the program's name.
std::string last_error(const std::string& log) {
  constexpr std::string_view kMark = "error: ";
  std::istringstream in(log);
  std::string found;
  for (std::string line; std::getline(in, line);)
    if (const auto at = line.find(kMark); at != std::string::npos)
      found = line.substr(at + kMark.size());
  return found;
}

// Without the place in the pipeline that was made for the child: nobody wrote that file.
std::string without_place(std::string message, const std::filesystem::path& config_file) {
  const auto label = config_file.string();
  if (message.compare(0, label.size(), label) != 0) return message;
  const auto end = message.find(": ", label.size());
  return end == std::string::npos ? message : message.substr(end + 2);
}

std::string fault_of(const ChildRun& run, const std::filesystem::path& config_file,
                     std::chrono::milliseconds limit) {
  if (run.process.timed_out) {
    std::ostringstream text;
    text << "it did not end within " << std::chrono::duration<double>(limit).count()
         << " s (bench.time_limit)";
    return text.str();
  }
  if (run.process.exit_code == 0 && run.report.is_object()) return "";
  auto message = run.report.is_object() ? run.report.value("message", "") : "";
  if (message.empty()) message = last_error(run.process.err);
  if (message.empty())
    message = "the program ended with exit code " + std::to_string(run.process.exit_code);
  return without_place(message, config_file);
}

void append(const std::filesystem::path& log_file, const std::filesystem::path& config_file,
            const ChildRun& run) {
  std::ofstream out(log_file, std::ios::app | std::ios::binary);
  out << "---- " << config_file.filename().string() << ", exit code " << run.process.exit_code
      << "\n"
      << run.process.err;
}

}  // namespace

void split_remedy(const std::string& message, std::string& reason, std::string& remedy) {
  constexpr std::string_view kRun = ", run: ";
  const auto run = message.rfind(kRun);
  const auto end = message.rfind("; to ", run);
  if (run == std::string::npos || end == std::string::npos) {
    reason = message;
    return;
  }
  reason = message.substr(0, end);
  remedy = message.substr(run + kRun.size());
}

ChildRun run_pipeline(const ChildProgram& program, const Json& pipeline,
                      const std::filesystem::path& config_file,
                      const std::filesystem::path& log_file, std::chrono::milliseconds limit,
                      DeviceMeter& meter, const std::vector<std::string>& more) {
  {
    std::ofstream out(config_file, std::ios::binary);
    out << pipeline.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
    if (!out.flush())
      throw Failure(ExitCode::kRunFailed, "cannot write '" + config_file.string() +
                                              "'; is there room, and may this user write there?");
  }
  std::vector<std::string> arguments{"--config", config_file.string(), "--json"};
  for (const auto& folder : program.plugin_path) {
    arguments.emplace_back("--plugin-path");
    arguments.push_back(folder);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  ChildRun run;
  host::ChildLookout watch;
  watch.look = [&](pid_t child) {
    meter.look(child);
  };
  watch.stop_requested = program.stop_requested;
  meter.begin();
  run.process = host::run_child(program.host, arguments, limit, watch);
  run.device = meter.end();
  run.report = Json::parse(run.process.out, nullptr, false);
  if (run.report.is_discarded()) run.report = nullptr;
  append(log_file, config_file, run);
  if (program.stop_requested()) throw Failure(ExitCode::kCancelled, "cancelled");
  run.skipped = run.process.exit_code == static_cast<int>(ExitCode::kWeights);
  split_remedy(fault_of(run, config_file, limit), run.fault, run.remedy);
  return run;
}

}  // namespace relievo::bench
