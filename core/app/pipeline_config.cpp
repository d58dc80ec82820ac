#include "core/app/pipeline_config.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/host/child_process.hpp"
#include "core/host/failure.hpp"
#include "core/host/machine.hpp"
#include "core/host/presets.hpp"
#include "core/host/setting.hpp"
#include "core/host/suggest.hpp"
#include "core/host/user_folders.hpp"

namespace relievo::app {
namespace fs = std::filesystem;
namespace {

using host::ExitCode;
using host::Failure;

constexpr std::chrono::seconds kDefaultStall{120};
constexpr double kDefaultMemoryShare = 0.75;  // of the machine's memory

// convert.yaml lies beside the install, and in the build tree at the same relative place.
fs::path default_config() {
  auto file = (host::own_executable().parent_path() / "../share/relievo/configs/convert.yaml")
                  .lexically_normal();
  if (fs::exists(file)) return file;
  throw Failure(ExitCode::kUsage, "the default pipeline " + file.string() +
                                      " is missing; name one with --config, or install again");
}

void set_end(host::Setting& root, const std::string& key, const std::string& path,
             const std::string& option) {
  if (path.empty()) return;
  const host::Place place{
      std::make_shared<host::Origin>(host::Origin{option + " " + path, fs::current_path()}), 0, 0};
  auto& entries = std::get<host::Setting::Map>(root.value);
  std::erase_if(entries, [&](const host::Setting::Entry& entry) { return entry.key == key; });
  entries.push_back({key, place, {place, path}});
}

// An override may add a key to a node, and a whole node by its type; a parameter of a node that is
// not there is a slip.
void check_override(const host::Setting& root, const std::string& assignment) {
  constexpr std::string_view kNodes = "nodes.";
  const auto path = assignment.substr(0, assignment.find('='));
  const auto* nodes = root.find("nodes");
  if (!path.starts_with(kNodes) || nodes == nullptr || nodes->map() == nullptr) return;
  const auto end = std::min(path.find('.', kNodes.size()), path.size());
  const auto name = path.substr(kNodes.size(), end - kNodes.size());
  const auto key = path.substr(std::min(end + 1, path.size()));
  if (nodes->find(name) != nullptr || key.empty() || key == "type") return;
  std::vector<std::string> known;
  for (const auto& entry : *nodes->map()) known.push_back(entry.key);
  const auto suggestion = host::did_you_mean(name, known);
  throw Failure(ExitCode::kUsage,
                "--set " + assignment + ": there is no node '" + name + "'" +
                    (suggestion.empty() ? "; there are " + host::listed(known) : suggestion));
}

}  // namespace

host::Config load_config(const Options& options) {
  if (options.config.empty() && options.film.empty() && options.input.empty())
    throw Failure(ExitCode::kUsage,
                  "nothing to do: name a film, or a pipeline with --config (see --help)");
  if (!options.film.empty() && !options.input.empty())
    throw Failure(ExitCode::kUsage,
                  "the film is given twice: as '" + options.film + "' and with --input");
  const auto file = options.config.empty() ? default_config() : fs::path(options.config);
  auto root = host::read_yaml_file(file);
  if (root.map() == nullptr)
    throw Failure(ExitCode::kUsage,
                  file.string() + (root.is_nothing() ? ": is empty" : ": is not a map of keys") +
                      "; a config has 'version' and 'nodes'");
  set_end(root, "input", options.film.empty() ? options.input : options.film,
          options.film.empty() ? "--input" : "");
  set_end(root, "output", options.output, "--output");
  if (!options.preset.empty())
    host::apply_preset(root, host::preset_named(options.preset), !options.output.empty());
  for (const auto& assignment : options.overrides) {
    check_override(root, assignment);
    host::apply_override(root, assignment);
  }
  return host::parse_config(root);
}

void set_limits(const host::Limits& limits, host::RunContext& run) {
  run.cpu_threads = limits.threads.value_or(host::usable_cpus());
  run.memory_limit = limits.memory.value_or(
      static_cast<std::uint64_t>(kDefaultMemoryShare * static_cast<double>(host::usable_memory())));
  run.stall_limit = limits.stall.value_or(kDefaultStall);
  run.cache_root = host::default_cache_root() / "plugins";
}

}  // namespace relievo::app
