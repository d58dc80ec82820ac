#include "core/bench/context.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

#include <sys/utsname.h>
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "core/host/machine.hpp"

namespace relievo::bench {
namespace {

using host::Json;

// The value of a line "key<separator>value".
std::string value_in(const char* file, const std::string& key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(separator);
    if (at == std::string::npos || line.compare(0, key.size(), key) != 0) continue;
    auto value = line.substr(at + 1);
    std::erase(value, '"');
    return value.substr(std::min(value.find_first_not_of(' '), value.size()));
  }
  return "";
}

std::string processor() {
#if defined(__APPLE__)
  std::array<char, 256> name{};
  std::size_t size = name.size();
  if (sysctlbyname("machdep.cpu.brand_string", name.data(), &size, nullptr, 0) == 0)
    return name.data();
#endif
  auto name = value_in("/proc/cpuinfo", "model name", ':');
  return name.empty() ? "unknown" : name;
}

std::string system_name() {
  utsname names{};
  uname(&names);
  const auto pretty = value_in("/etc/os-release", "PRETTY_NAME", '=');
  return (pretty.empty() ? "" : pretty + ", ") + names.sysname + " " + names.release + " " +
         names.machine;
}

// Of the first plugin that says it runs on one.
Json libtorch(const host::Registry& registry) {
  constexpr std::string_view kName = "libtorch ";
  for (const auto& plugin : registry.plugins())
    if (plugin.manifest.runtime.starts_with(kName))
      return plugin.manifest.runtime.substr(kName.size());
  return nullptr;
}

}  // namespace

Json context_json(const host::Registry& registry, const std::vector<DeviceFacts>& devices,
                  unsigned threads) {
  auto gpus = Json::array();
  for (const auto& device : devices)
    gpus.push_back(
        {{"name", device.name}, {"driver", device.driver}, {"memory_bytes", device.memory_bytes}});
  std::array<double, 3> load{};
  const bool has_load = getloadavg(load.data(), 3) == 3;
  const std::string commit = RLV_COMMIT;
  return {{"relievo", RLV_VERSION},
          {"commit", commit.empty() ? Json() : Json(commit)},
          {"cpu", processor()},
          {"cpus", host::usable_cpus()},
          {"threads", threads},
          {"memory_bytes", host::usable_memory()},
          {"os", system_name()},
          {"gpus", gpus},
          {"libtorch", libtorch(registry)},
          {"load_average", has_load ? Json(load) : Json()}};
}

}  // namespace relievo::bench
