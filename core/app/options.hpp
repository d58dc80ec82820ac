// The command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace relievo::app {

enum class Action {
  kRun,
  kDryRun,
  kListPlugins,
  kDescribe,
  kValidatePlugin,
  kPrintSchema,
  kPrintManifest,
  kValidateInProcess,
  kModels,
  kListPresets,
  kInspect,
  kAnalyse,
  kCompareReports
};

// host models VERB NAME
struct ModelsOptions {
  std::string verb;      // list, fetch, verify, path, remove
  std::string name;      // of a model, or of a repository if there is a file
  std::string file;      // of any repository, whether a plugin names it or not
  std::string revision;  // empty: what the plugin says, or main
  bool accept_licence = false;
  bool update = false;
};

// host bench compare BEFORE AFTER
struct CompareOptions {
  std::string before;
  std::string after;
  std::string measure = "steady_ms_per_frame";
  double alpha = 0.05;
};

// host analyse FILM
struct AnalyseOptions {
  int every = 0;       // look at every so-manieth frame; 0: about six a second
  std::string screen;  // a name, or "1.4x2.5": width and distance in metres
};

struct Options {
  Action action = Action::kRun;
  std::string config;
  std::string film;  // the bare argument
  std::string input;
  std::string output;
  std::string preset;
  std::vector<std::string> overrides;  // --set
  std::vector<std::string> plugin_path;
  std::string subject;  // of --describe, --validate-plugin, inspect, analyse and the like
  ModelsOptions models;
  CompareOptions compare;
  AnalyseOptions analyse;
  std::optional<double> seconds;     // of a benchmark's samples
  std::vector<std::string> command;  // the words as they were typed
  bool overwrite = false;
  bool sidecar = false;
  int time_limit = 0;  // seconds of --validate-plugin; 0 is the default
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

// What to do instead of running: text for stdout or stderr and an exit code (help, version, a usage
// error).
struct EarlyExit {
  int code = 0;
  std::string out;
  std::string err;
};

// Fills options; returns true, or false with early filled. program: the name in messages.
[[nodiscard]] bool parse_command_line(int argc, char** argv, const std::string& program,
                                      Options& options, EarlyExit& early);

}  // namespace relievo::app
