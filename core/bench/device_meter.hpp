// Memory and energy of NVIDIA devices while a child runs, through NVML where it is installed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace relievo::bench {

struct DeviceFacts {
  std::string name;
  std::string driver;
  std::uint64_t memory_bytes = 0;
};

struct DeviceUse {
  std::optional<std::uint64_t> peak_bytes;
  std::optional<double> energy_j;
};

class NvmlLibrary;

// One thread. Without NVML or a device everything is empty.
class DeviceMeter {
 public:
  // libraries: names of NVML, of which the first that is here is taken; for tests another one.
  explicit DeviceMeter(const std::vector<std::string>& libraries = {"libnvidia-ml.so.1",
                                                                    "libnvidia-ml.so"});
  ~DeviceMeter();
  DeviceMeter(const DeviceMeter&) = delete;
  DeviceMeter& operator=(const DeviceMeter&) = delete;

  [[nodiscard]] std::vector<DeviceFacts> devices() const;

  void begin();
  // Now and then while the child runs: NVML tells only what is in use at the moment.
  void look(pid_t child);
  // Of all devices together since begin(). Memory is the child's own where NVML tells processes
  // apart, else what became used beyond what was used before; energy is the devices' whole, idle
  // power and other programs included.
  [[nodiscard]] DeviceUse end();

 private:
  std::unique_ptr<NvmlLibrary> nvml_;
  std::uint64_t used_before_ = 0;
  std::uint64_t peak_ = 0;
  std::optional<double> energy_before_;
};

}  // namespace relievo::bench
