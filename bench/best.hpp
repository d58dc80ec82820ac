// The best of several turns, as processor time and by the clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>

namespace relievo::bench {

// Processor time is that of all threads, which other programs disturb less.
struct Best {
  double wall_ms = 1e9;
  double cpu_ms = 1e9;
  // Returns the seconds that the call took.
  template <class Call>
  double measure(Call&& call) {
    const auto start = std::chrono::steady_clock::now();
    const auto cpu_start = std::clock();
    call();
    const auto cpu = 1000.0 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
    wall_ms = std::min(wall_ms, wall.count());
    cpu_ms = std::min(cpu_ms, cpu);
    return wall.count() / 1000.0;
  }
};

}  // namespace relievo::bench
