#include "core/bench/door.hpp"

#include <sstream>

#include "core/host/child_process.hpp"
#include "core/host/failure.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;
using host::ExitCode;
using host::Failure;
using host::Setting;

// A value of the command line in place of the config's; relative paths are the working folder's.
void set_value(Setting& map, const std::string& key, const std::string& value,
               const std::string& option) {
  const host::Place place{
      std::make_shared<host::Origin>(host::Origin{option + " " + value, fs::current_path()}), 0, 0};
  auto& entries = std::get<Setting::Map>(map.value);
  std::erase_if(entries, [&](const Setting::Entry& entry) { return entry.key == key; });
  entries.push_back({key, place, {place, value}});
}

Setting* bench_of(Setting& root) {
  for (auto& entry : std::get<Setting::Map>(root.value))
    if (entry.key == "bench" && entry.value.map() != nullptr) return &entry.value;
  return nullptr;
}

}  // namespace

BenchConfig read_bench(const DoorOptions& options) {
  auto root = host::read_yaml_file(options.config);
  if (root.map() == nullptr || !is_bench(root))
    throw Failure(
        ExitCode::kUsage,
        options.config.string() + ": is no config of a benchmark; one has 'version' and 'bench'");
  if (!options.input.empty()) set_value(root, "input", options.input, "--input");
  if (!options.output.empty()) set_value(root, "output", options.output, "--output");
  if (options.seconds)
    if (auto* bench = bench_of(root)) {
      std::ostringstream text;
      text << *options.seconds;
      set_value(*bench, "seconds", text.str(), "--seconds");
    }
  for (const auto& assignment : options.overrides) host::apply_override(root, assignment);
  return parse_bench(root);
}

fs::path pipeline_program() {
  const auto own = host::own_executable();
  if (own.filename() != "relievo_bench") return own;
  for (const char* name : {"host", "relievo"})
    if (const auto beside = own.parent_path() / name; fs::exists(beside)) return beside;
  throw Failure(ExitCode::kRunFailed, "there is no program 'host' beside '" + own.string() +
                                          "', which runs the cells; build the target 'host'");
}

}  // namespace relievo::bench
