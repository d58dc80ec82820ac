// What the machine has.
#pragma once

#include <cstdint>

namespace relievo::host {

// Bytes of physical memory; 0 if the system does not tell.
[[nodiscard]] std::uint64_t physical_memory();
// CPUs that this process may use, at least 1.
[[nodiscard]] std::uint32_t usable_cpus();

// [main] Before any plugin is loaded: OpenMP of every run time takes its thread count from the
// environment, once.
void set_openmp_threads(std::uint32_t threads);

}  // namespace relievo::host
