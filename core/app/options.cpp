#include "core/app/options.hpp"

#include <sstream>

#include <CLI/CLI.hpp>

#include "core/host/describe.hpp"
#include "core/host/validate.hpp"

namespace relievo::app {
namespace {

constexpr const char* kAbout =
    "Turns 2D videos into stereoscopic 3D with exchangeable depth and stereo plugins.\n"
    "\n"
    "  {p} film.mp4                          convert, and say which file was written\n"
    "  {p} --config configs/demo.yaml        run the pipeline of a config\n"
    "  {p} film.mp4 --set nodes.stereo.params.strength=3\n"
    "  {p} film.mp4 --preset quest3          for a player; '{p} presets' lists them\n"
    "  {p} --config configs/bench.yaml       time and compare approaches on your samples\n"
    "  {p} models list                       weights of networks: list, fetch, verify, path, "
    "remove\n"
    "  {p} inspect film.mp4                  what a file is, and where it says that it is 3D\n"
    "  {p} analyse film.mp4                  what strength and convergence suit it, and why\n";

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 run failed, 2 usage or config, 3 plugin, 4 weights, 130 cancelled.";

std::string about(const std::string& program) {
  std::string text = kAbout;
  for (auto at = text.find("{p}"); at != std::string::npos; at = text.find("{p}"))
    text.replace(at, 3, program);
  return text;
}

// A subcommand wins over a film of the same name: ./models is the film.
CLI::App* add_models(CLI::App& app, Options& options) {
  auto& models = options.models;
  auto* command = app.add_subcommand("models", "Weights of networks on this machine");
  command->require_subcommand(0, 1);
  command->fallthrough();
  const auto add = [&](const char* verb, const char* help) {
    auto* sub = command->add_subcommand(verb, help);
    sub->fallthrough();
    sub->add_option("name", models.name, "A model of 'models list', or a repository with --file");
    sub->add_option("--file", models.file,
                    "A file of any repository, whether a plugin names it or not");
    sub->add_option("--revision", models.revision, "Branch, tag or commit instead of the plugin's");
    return sub;
  };
  add("list", "List them: name, here or not, size, licence, where they come from");
  auto* fetch = add("fetch", "Fetch one; prints where it lies");
  fetch->add_flag("--accept-licence", models.accept_licence,
                  "Accept its licence, and remember that");
  fetch->add_flag("--update", models.update, "Take what the revision stands for now, and pin that");
  add("verify", "Hash one, or all that are here, and compare with what is pinned");
  add("path", "Print where one lies");
  add("remove", "Remove one from the cache that is shared with other programs");
  return command;
}

CLI::App* add_presets(CLI::App& app) {
  auto* command = app.add_subcommand("presets", "Players that --preset knows, and their limits");
  command->fallthrough();
  return command;
}

CLI::App* add_inspect(CLI::App& app, std::string& file) {
  auto* command =
      app.add_subcommand("inspect", "What a film file is, and where it says that it is 3D");
  command->fallthrough();
  command->add_option("file", file, "The film")->required();
  return command;
}

CLI::App* add_analyse(CLI::App& app, std::string& film, AnalyseOptions& analyse) {
  auto* command = app.add_subcommand(
      "analyse",
      "What strength and convergence suit a film, and why; --output names the plot (SVG), --config "
      "a pipeline with 'stereo.view' whose depth is taken");
  command->fallthrough();
  command->add_option("film", film, "The film")->required();
  command
      ->add_option("--every", analyse.every,
                   "Look at every so-manieth frame; default about six a second")
      ->check(CLI::Range(1, 1000));
  command->add_option("--screen", analyse.screen,
                      "Where it will be watched: tv, cinema, headset, quest3 ..., or width and "
                      "distance in metres, 1.4x2.5");
  return command;
}

CLI::App* add_bench(CLI::App& app, Options& options) {
  auto& compare = options.compare;
  auto* command = app.add_subcommand("bench", "Reports of benchmarks");
  command->require_subcommand(1, 1);
  command->fallthrough();
  auto* sub = command->add_subcommand(
      "compare", "What became faster or slower from one report to the other, beyond the noise");
  sub->fallthrough();
  sub->add_option("before", compare.before, "report.json, or its folder")->required();
  sub->add_option("after", compare.after, "report.json, or its folder")->required();
  sub->add_option("--measure", compare.measure,
                  "steady_ms_per_frame (default), wall_s; cpu_ms_per_frame or cpu_s where other "
                  "programs disturb")
      ->check(CLI::IsMember({"steady_ms_per_frame", "cpu_ms_per_frame", "wall_s", "cpu_s"}));
  sub->add_option("--alpha", compare.alpha, "Chance of a false alarm in each cell; default 0.05")
      ->check(CLI::Range(1e-6, 0.5));
  return command;
}

}  // namespace

bool parse_command_line(int argc, char** argv, const std::string& program, Options& options,
                        EarlyExit& early) {
  CLI::App app(about(program), program);
  app.footer(kExitCodes);
  app.set_version_flag("--version", program + " " RLV_VERSION);
  bool dry_run = false;
  bool list = false;
  bool schema = false;
  std::string describe;
  std::string validate;
  std::string manifest_of;
  std::string validate_here;
  app.add_option("film", options.film, "The film or picture to convert with the default pipeline");
  app.add_option("-c,--config", options.config, "The pipeline to run, a YAML file");
  app.add_option("-i,--input", options.input, "Path of the only source, instead of the config's");
  app.add_option("-o,--output", options.output,
                 "Path of the only sink, instead of the config's; 'null' writes nothing");
  app.add_option("-p,--preset", options.preset,
                 "Make the film for a player: vision_pro, quest3 ...; 'presets' lists them");
  app.add_option("--set", options.overrides,
                 "Override one value: nodes.depth.params.model=large; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--plugin-path", options.plugin_path, "Look for plugins in this folder first")
      ->allow_extra_args(false);
  app.add_flag("--overwrite", options.overwrite, "Replace outputs that exist");
  app.add_flag("--sidecar", options.sidecar,
               "Write FILM.json beside each film: what it was made of, and how");
  auto* const dry = app.add_flag("--dry-run", dry_run,
                                 "Check everything, print latencies and memory, run nothing");
  auto* const lister = app.add_flag("--list-plugins", list, "List plugins and their nodes");
  auto* const describer =
      app.add_option("--describe", describe, "Describe a node type or a plugin library");
  auto* const validator =
      app.add_option("--validate-plugin", validate, "Check a plugin library against the contract");
  auto* const schemer = app.add_flag(
      "--schema", schema, "Print the JSON Schema of pipeline files, which editors check with");
  schemer->excludes(dry)->excludes(lister)->excludes(describer)->excludes(validator);
  lister->excludes(dry)->excludes(describer)->excludes(validator);
  describer->excludes(dry)->excludes(validator);
  validator->excludes(dry);
  app.add_option("--time-limit", options.time_limit,
                 "Seconds that --validate-plugin may take; default " +
                     std::to_string(host::kValidateLimit.count()))
      ->check(CLI::Range(1, 86400));
  app.add_option("--seconds", options.seconds,
                 "Of a benchmark's samples, instead of the config's (bench.seconds)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "Results as JSON on stdout");
  auto* const quiet = app.add_flag("-q,--quiet", options.quiet, "Warnings and errors only");
  app.add_flag("-v,--verbose", options.verbose, "Say more")->excludes(quiet);
  auto* models = add_models(app, options);
  auto* presets = add_presets(app);
  std::string inspected;
  const auto* inspector = add_inspect(app, inspected);
  std::string analysed;
  const auto* analyser = add_analyse(app, analysed, options.analyse);
  auto* bench = add_bench(app, options);
  options.command.assign(argv, argv + argc);
  // For child processes of this program only.
  app.add_option(host::kPrintManifestOption, manifest_of)->group("");
  app.add_option(host::kValidateOption, validate_here)->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    std::ostringstream out;
    std::ostringstream err;
    early = {app.exit(e, out, err), out.str(), err.str()};
    return false;
  } catch (const CLI::ParseError& e) {
    early = {2, "", program + ": error: " + e.what() + "; see " + program + " --help\n"};
    return false;
  }
  const auto choose = [&](Action action, const std::string& subject) {
    options.action = action;
    options.subject = subject;
  };
  if (list) choose(Action::kListPlugins, "");
  if (schema) choose(Action::kPrintSchema, "");
  if (dry_run) choose(Action::kDryRun, "");
  if (!describe.empty()) choose(Action::kDescribe, describe);
  if (!validate.empty()) choose(Action::kValidatePlugin, validate);
  if (!manifest_of.empty()) choose(Action::kPrintManifest, manifest_of);
  if (!validate_here.empty()) choose(Action::kValidateInProcess, validate_here);
  if (inspector->parsed()) choose(Action::kInspect, inspected);
  if (analyser->parsed()) choose(Action::kAnalyse, analysed);
  if (presets->parsed()) {
    choose(Action::kListPresets, "");
    if (!options.film.empty()) {
      early = {2, "", program + ": error: 'presets' takes no '" + options.film + "'\n"};
      return false;
    }
  }
  if (bench->parsed()) choose(Action::kCompareReports, "");
  if (models->parsed()) {
    choose(Action::kModels, "");
    const auto verbs = models->get_subcommands();
    options.models.verb = verbs.empty() ? "list" : verbs.front()->get_name();
    if (!options.film.empty()) {
      early = {2, "",
               program + ": error: 'models' knows no '" + options.film + "'; see " + program +
                   " models --help\n"};
      return false;
    }
  }
  return true;
}

}  // namespace relievo::app
