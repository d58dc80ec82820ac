// What the machine has.
#pragma once

#include <cstdint>

namespace relievo::host {

// Bytes of memory that this process may use: the machine's, or less in a container; 0 if the system
// does not tell.
[[nodiscard]] std::uint64_t usable_memory();
// CPUs that this process may use, at least 1: by its affinity, and by its container's share of
// time.
[[nodiscard]] std::uint32_t usable_cpus();

// [main] Before any plugin is loaded: OpenMP of every run time takes its thread count from the
// environment, once.
void set_openmp_threads(std::uint32_t threads);

}  // namespace relievo::host
