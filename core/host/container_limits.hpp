// What a container or a service manager leaves this process of the machine: Linux control groups,
// version 2 and 1 (https://docs.kernel.org/admin-guide/cgroup-v2.html).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace relievo::host {

struct ContainerLimits {
  std::optional<std::uint64_t> memory;  // bytes
  std::optional<double> cpus;           // processor seconds a second
};

// The tightest limit among the process's group and those above it. system: where /proc and /sys
// lie. Nothing where there are no control groups, as on macOS; never throws.
[[nodiscard]] ContainerLimits container_limits(const std::filesystem::path& system = "/");

}  // namespace relievo::host
