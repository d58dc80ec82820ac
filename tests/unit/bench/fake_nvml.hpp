// What the fake NVML tells.
#pragma once

#include <cstdint>

namespace relievo::test {

struct FakeNvml {
  int init_result = 0;
  unsigned devices = 1;
  unsigned long long total = 80'000'000'000;
  unsigned long long used = 0;  // on the device
  unsigned long long own = 0;   // by the process pid
  unsigned pid = 0;
  unsigned long long millijoules = 0;  // 0: the device does not tell
  bool tells_processes = true;
};

}  // namespace relievo::test
