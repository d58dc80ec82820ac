// What our sides of the comparisons have in common.
#pragma once

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include <ATen/DeviceAccelerator.h>

#include "plugins/common/torch_ops.hpp"

namespace relievo::bench {

// Of all threads of the process.
inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Peak of what libtorch has allocated on a device that is no CPU, bytes.
inline std::int64_t peak_bytes(at::Device device) {
  return at::accelerator::getDeviceStats(device.index()).allocated_bytes.at(0).peak;
}

// A main(): run(arguments) if there are as many as wanted. name, script: of this program and of
// what runs it.
template <class Run>
int side_main(int argc, char** argv, std::size_t wanted, const char* name, const char* script,
              Run&& run) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != wanted) {
    std::fprintf(stderr, "%s is run by %s\n", name, script);
    return 2;
  }
  try {
    return run(arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: error: %s\n", name, e.what());
    return 1;
  }
}

}  // namespace relievo::bench
