#include "core/host/machine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <thread>

#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

#include "core/host/container_limits.hpp"

namespace relievo::host {
namespace {

std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

std::uint32_t allowed_cpus() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return static_cast<std::uint32_t>(CPU_COUNT(&allowed));
#endif
  return std::thread::hardware_concurrency();
}

}  // namespace

std::uint64_t usable_memory() {
  const auto limit = container_limits().memory;
  const auto memory = physical_memory();
  return limit && (memory == 0 || *limit < memory) ? *limit : memory;
}

std::uint32_t usable_cpus() {
  const auto allowed = std::max(1U, allowed_cpus());
  const auto share = container_limits().cpus;
  if (!share) return allowed;
  return static_cast<std::uint32_t>(
      std::clamp(std::ceil(*share), 1.0, static_cast<double>(allowed)));
}

void set_openmp_threads(std::uint32_t threads) {
  // What the user has set stays.
  setenv("OMP_NUM_THREADS", std::to_string(threads).c_str(), 0);
  // Its threads share the machine with decoder, encoder and the other nodes: spinning between two
  // loops, which is the default, took seven times the CPU time of the work on a busy machine.
  setenv("OMP_WAIT_POLICY", "passive", 0);
}

}  // namespace relievo::host
