// host analyse FILM: the parallax of each shot, and what strength and convergence suit it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include <unistd.h>

#include "core/analysis/plot.hpp"
#include "core/app/analysis_pipeline.hpp"
#include "core/app/analysis_report.hpp"
#include "core/app/commands.hpp"
#include "core/app/graph_run.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/app/interrupts.hpp"
#include "core/app/pipeline_config.hpp"
#include "core/app/weights_finder.hpp"
#include "core/host/failure.hpp"
#include "core/host/graph.hpp"
#include "core/host/inspect.hpp"
#include "core/host/machine.hpp"
#include "core/host/resolve.hpp"
#include "core/host/runner.hpp"

namespace relievo::app {
namespace fs = std::filesystem;
namespace {

using host::ExitCode;
using host::Failure;

constexpr double kDegrees = 1.0;  // comfort_degrees of stereo.view by default

struct Watched {
  std::string name;
  Screen screen;
};

// "tv", or "1.4x2.5".
Watched read_screen(const std::string& text) {
  if (text.empty()) return {};
  if (const auto known = screen_named(text)) return {text, *known};
  double width = 0;
  double distance = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%lfx%lf%c", &width, &distance, &rest) == 2 && width > 0 &&
      distance > 0)
    return {text, {width, distance}};
  std::string names;
  for (const auto& known : kScreens) names += (names.empty() ? "" : ", ") + std::string(known.name);
  throw Failure(ExitCode::kUsage, "--screen " + text + ": is neither one of " + names +
                                      " nor WIDTHxDISTANCE in metres, such as 1.4x2.5");
}

// Where the plot goes; empty: nowhere.
fs::path plot_path(const Options& options, const fs::path& film) {
  if (options.output == "null") return {};
  auto path = options.output.empty() ? film.parent_path() / (film.stem().string() + "_comfort.svg")
                                     : fs::absolute(options.output);
  if (path.extension() != ".svg")
    throw Failure(ExitCode::kUsage, "the plot '" + path.string() +
                                        "' must end in .svg; give --output another name, or 'null' "
                                        "for none");
  if (fs::exists(path) && !options.overwrite)
    throw Failure(ExitCode::kUsage, "'" + path.string() +
                                        "' exists; give --output another name, or replace it with "
                                        "--overwrite");
  return path;
}

void write_plot(const fs::path& path, const std::string& svg) {
  auto partial = path;
  partial += ".partial";
  std::ofstream file(partial, std::ios::binary);
  file << svg;
  file.close();
  std::error_code error;
  if (file) fs::rename(partial, path, error);
  if (file && !error) return;
  fs::remove(partial, error);
  throw Failure(ExitCode::kRunFailed, "cannot write the plot '" + path.string() +
                                          "'; give --output another place, or 'null' for none");
}

double rate_of(const host::Json& film) {
  for (const auto& track : film.value("tracks", host::Json::array()))
    if (track.value("kind", "") == "video" && track.contains("rate") && track["rate"].is_number())
      return track["rate"].get<double>();
  return 0;
}

// Runs it and gives what the sink reports; nothing if that was cancelled.
std::optional<host::Json> run_analysis(const host::ResolvedGraph& resolved,
                                       const host::Registry& registry, host::RunContext& run,
                                       const host::Config& config, const Options& options,
                                       host::Log& log) {
  auto graph = std::make_unique<host::Graph>(host::build_graph(resolved, registry, run));
  const auto report = run_shown(*graph, run, config, options.quiet, log);
  if (report.hung) {  // a thread that never comes back still uses the graph
    log.error(report.failure ? report.failure->what() : "a node never came back");
    _exit(static_cast<int>(report.failure ? report.failure->code() : ExitCode::kRunFailed));
  }
  if (report.failure) throw Failure(*report.failure);
  if (report.cancelled) return std::nullopt;
  for (const auto& sink : report.sinks)
    if (sink.value("node", "") == kAnalysisSink) return sink;
  throw Failure(ExitCode::kRunFailed, "the analysis gave no report");
}

// The node that makes the depth which is analysed, before any filters.
const host::ResolvedNode& approach_in(const host::ResolvedGraph& graph) {
  const auto sink = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                 [](const auto& node) { return node.name == kAnalysisSink; });
  auto link = sink->inputs[*sink->type.spec->input("depth")];
  while (graph.nodes[link->node].type.spec->label == "filter" && graph.nodes[link->node].inputs[0])
    link = graph.nodes[link->node].inputs[0];
  return graph.nodes[link->node];
}

// What a conversion with the same pipeline has to be told, too.
std::vector<std::string> words_for_pipeline(const Options& options) {
  std::vector<std::string> words;
  if (!options.preset.empty()) words.insert(words.end(), {"--preset", options.preset});
  for (const auto& folder : options.plugin_path)
    words.insert(words.end(), {"--plugin-path", folder});
  for (const auto& assignment : options.overrides) words.insert(words.end(), {"--set", assignment});
  return words;
}

// What the user should hear of a pipeline that nobody wrote: which depth was chosen, not what was
// left out.
void tell_choice(const host::ResolvedGraph& graph, const std::string& depth, host::Log& log) {
  for (const auto& note : graph.notes)
    log.write(note.find("'" + depth + "'") != std::string::npos ? RLV_LOG_INFO : RLV_LOG_DEBUG,
              note);
}

}  // namespace

int analyse(const Options& options, host::Log& log) {
  catch_interrupts();
  // A player's preset says where it is watched, if nothing else does.
  const bool by_preset = options.analyse.screen.empty() && screen_named(options.preset);
  const auto watched = read_screen(by_preset ? options.preset : options.analyse.screen);
  const auto film = fs::absolute(options.subject);
  const auto plot = plot_path(options, film);
  auto whole = options;
  whole.film = options.subject;
  whole.output.clear();
  auto written = load_config(whole);
  const auto registry = find_plugins(options, written.plugin_folders);
  host::RunContext run(log);
  const double rate = rate_of(host::inspect_film(film, registry, run));
  const auto original = written;
  auto pipeline = analysis_pipeline(std::move(written), rate, options.analyse.every, registry, log);
  set_limits(pipeline.config.limits, run);
  host::set_openmp_threads(run.cpu_threads);
  host::ResolveOptions resolve_options;
  resolve_options.find_weights = weights_finder(options, log);
  const auto resolved = host::resolve(pipeline.config, registry, resolve_options);
  const auto& approach = approach_in(resolved);
  tell_choice(resolved, approach.name, log);
  const auto report = run_analysis(resolved, registry, run, pipeline.config, options, log);
  if (!report) {
    log.info("cancelled");
    if (options.json) std::cout << host::Json{{"status", "cancelled"}}.dump(2) << "\n";
    return static_cast<int>(ExitCode::kCancelled);
  }

  Analysis result;
  result.depths = analysis::read_depths(*report);
  if (result.depths.shots.empty())
    throw Failure(ExitCode::kRunFailed, "'" + options.subject +
                                            "' gave no frame to analyse; is it as long as 'start' "
                                            "of the source says?");
  if (result.depths.semantic == "disparity_px")
    throw Failure(ExitCode::kUsage, "node '" + pipeline.depth +
                                        "' gives a disparity in pixels: its parallax is given, and "
                                        "strength and convergence do not act on it");
  result.film = options.subject;
  result.approach = approach.type.spec->id;
  result.view = pipeline.view;
  result.config = options.config;
  result.more = words_for_pipeline(options);
  result.every = pipeline.every;
  const auto written_in_view = [&](const char* parameter, double fallback) {
    return written_number(original, pipeline.view, parameter, fallback);
  };
  result.now = {written_in_view("strength", result.now.strength),
                written_in_view("convergence", result.now.convergence)};
  result.budget.behind = written_in_view("comfort_behind", result.budget.behind);
  result.budget.front = written_in_view("comfort_front", result.budget.front);
  result.budget.peak =
      std::max(result.budget.front, written_in_view("comfort_peak", result.budget.peak));
  result.budget =
      budget_on(result.budget, watched.screen, written_in_view("comfort_degrees", kDegrees));
  result.screen_name = watched.name;
  result.screen = watched.screen;
  result.proposal = analysis::propose(result.depths, result.budget);
  const auto program = fs::path(options.command.front()).filename().string();
  if (!plot.empty()) {
    const auto& setting = result.proposal.film.setting;
    char words[96];
    std::snprintf(words, sizeof words, ": parallax at strength %.1f, convergence %.2f",
                  setting.strength, setting.convergence);
    write_plot(plot, analysis::plot_svg(result.depths, {film.filename().string() + words, setting,
                                                        result.budget, result.screen}));
    result.plot = plot.string();
  }
  if (options.json)
    std::cout
        << analysis_json(result, program).dump(2, ' ', false, host::Json::error_handler_t::replace)
        << "\n";
  else
    std::cout << analysis_text(result, program);
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace relievo::app
