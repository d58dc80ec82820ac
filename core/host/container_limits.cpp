#include "core/host/container_limits.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace relievo::host {
namespace {

namespace fs = std::filesystem;

// The numbers of a file's first line; "max" and anything else that is no number ends them.
struct Numbers {
  std::optional<double> first;
  std::optional<double> second;
};

Numbers numbers_in(const fs::path& file) {
  std::ifstream in(file);
  Numbers numbers;
  double value = 0;
  if (in >> value) numbers.first = value;
  if (numbers.first && in >> value) numbers.second = value;
  return numbers;
}

template <class T>
void tighten(std::optional<T>& limit, T value) {
  limit = limit ? std::min(*limit, value) : value;
}

void add_memory(ContainerLimits& limits, const fs::path& file) {
  // Version 1 writes "none" as the largest number of pages: more than any machine has.
  constexpr double kNone = 1e18;
  const auto bytes = numbers_in(file).first;
  if (bytes && *bytes > 0 && *bytes < kNone)
    tighten(limits.memory, static_cast<std::uint64_t>(*bytes));
}

void add_cpus(ContainerLimits& limits, std::optional<double> quota, std::optional<double> period) {
  if (quota && period && *quota > 0 && *period > 0) tighten(limits.cpus, *quota / *period);
}

void read_v2(ContainerLimits& limits, const fs::path& folder) {
  add_memory(limits, folder / "memory.max");
  const auto cpu = numbers_in(folder / "cpu.max");
  add_cpus(limits, cpu.first, cpu.second);
}

void read_v1_memory(ContainerLimits& limits, const fs::path& folder) {
  add_memory(limits, folder / "memory.limit_in_bytes");
}

void read_v1_cpu(ContainerLimits& limits, const fs::path& folder) {
  add_cpus(limits, numbers_in(folder / "cpu.cfs_quota_us").first,
           numbers_in(folder / "cpu.cfs_period_us").first);
}

// The group and those above it. Inside a container the path may be that of the host, of which only
// the root is mounted: folders that are not there hold nothing.
template <class Read>
void read_upwards(ContainerLimits& limits, const fs::path& mount, fs::path group, Read&& read) {
  group = group.relative_path();
  while (!group.empty()) {
    read(limits, mount / group);
    group = group.parent_path();
  }
  read(limits, mount);
}

}  // namespace

ContainerLimits container_limits(const fs::path& system) {
  ContainerLimits limits;
  const auto mounts = system / "sys/fs/cgroup";
  // Lines are "number:controllers:path"; version 2 has no controllers.
  std::ifstream groups(system / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    std::istringstream parts(line);
    std::string number;
    std::string controllers;
    std::string group;
    if (!std::getline(parts, number, ':') || !std::getline(parts, controllers, ':') ||
        !std::getline(parts, group))
      continue;
    const auto has = [&](const std::string& name) {
      return ("," + controllers + ",").find("," + name + ",") != std::string::npos;
    };
    if (controllers.empty()) read_upwards(limits, mounts, group, read_v2);
    if (has("memory")) read_upwards(limits, mounts / "memory", group, read_v1_memory);
    if (has("cpu")) read_upwards(limits, mounts / "cpu", group, read_v1_cpu);
  }
  return limits;
}

}  // namespace relievo::host
