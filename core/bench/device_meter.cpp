#include "core/bench/device_meter.hpp"

#include <algorithm>
#include <array>

#include <dlfcn.h>

namespace relievo::bench {
namespace {

// As NVIDIA's API reference has them (https://docs.nvidia.com/deploy/nvml-api/): every function
// returns 0 for success.
using Device = void*;
struct Memory {
  unsigned long long total, free, used;
};
// nvmlProcessInfo_t of the functions that end in _v3.
struct Process {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};
constexpr unsigned long long kNotTold = ~0ULL;

}  // namespace

class NvmlLibrary {
 public:
  explicit NvmlLibrary(const std::vector<std::string>& names) {
    for (const auto& name : names)
      if (library_ == nullptr) library_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) return;
    int (*init)() = nullptr;
    int (*count)(unsigned*) = nullptr;
    int (*handle)(unsigned, Device*) = nullptr;
    load("nvmlInit_v2", init);
    load("nvmlDeviceGetCount_v2", count);
    load("nvmlDeviceGetHandleByIndex_v2", handle);
    load("nvmlDeviceGetName", name_);
    load("nvmlSystemGetDriverVersion", driver_);
    load("nvmlDeviceGetMemoryInfo", memory_);
    load("nvmlDeviceGetTotalEnergyConsumption", energy_);
    load("nvmlDeviceGetComputeRunningProcesses_v3", processes_);
    unsigned number = 0;
    if (init == nullptr || count == nullptr || handle == nullptr || memory_ == nullptr) return;
    if (init() != 0 || count(&number) != 0) return;
    for (unsigned i = 0; i < number; ++i) {
      Device device = nullptr;
      if (handle(i, &device) == 0) devices_.push_back(device);
    }
  }
  // Never unloaded, like everything that a driver brings.

  [[nodiscard]] std::vector<DeviceFacts> facts() const {
    std::vector<DeviceFacts> facts;
    std::array<char, 128> driver{};
    if (driver_ != nullptr) driver_(driver.data(), driver.size());
    for (auto* device : devices_) {
      std::array<char, 128> name{};
      if (name_ != nullptr) name_(device, name.data(), name.size());
      Memory memory{};
      memory_(device, &memory);
      facts.push_back({name.data(), driver.data(), memory.total});
    }
    return facts;
  }

  [[nodiscard]] std::uint64_t used() const {
    std::uint64_t sum = 0;
    for (auto* device : devices_) {
      Memory memory{};
      if (memory_(device, &memory) == 0) sum += memory.used;
    }
    return sum;
  }

  // Nothing where processes are not told apart, as in many containers.
  [[nodiscard]] std::optional<std::uint64_t> used_by(pid_t child) const {
    std::optional<std::uint64_t> sum;
    for (auto* device : devices_) {
      std::array<Process, 256> list{};
      auto count = static_cast<unsigned>(list.size());
      if (processes_ == nullptr || processes_(device, &count, list.data()) != 0) continue;
      for (unsigned i = 0; i < std::min<std::size_t>(count, list.size()); ++i)
        if (list.at(i).pid == static_cast<unsigned>(child) && list.at(i).used_memory != kNotTold)
          sum = sum.value_or(0) + list.at(i).used_memory;
    }
    return sum;
  }

  // Joules since the driver was loaded.
  [[nodiscard]] std::optional<double> energy() const {
    std::optional<double> sum;
    for (auto* device : devices_) {
      unsigned long long millijoules = 0;
      if (energy_ != nullptr && energy_(device, &millijoules) == 0)
        sum = sum.value_or(0) + 1e-3 * static_cast<double>(millijoules);
    }
    return sum;
  }

  [[nodiscard]] bool has_devices() const { return !devices_.empty(); }

 private:
  template <class Function>
  void load(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
  }

  void* library_ = nullptr;
  std::vector<Device> devices_;
  int (*name_)(Device, char*, unsigned) = nullptr;
  int (*driver_)(char*, unsigned) = nullptr;
  int (*memory_)(Device, Memory*) = nullptr;
  int (*energy_)(Device, unsigned long long*) = nullptr;
  int (*processes_)(Device, unsigned*, Process*) = nullptr;
};

DeviceMeter::DeviceMeter(const std::vector<std::string>& libraries)
    : nvml_(std::make_unique<NvmlLibrary>(libraries)) {}
DeviceMeter::~DeviceMeter() = default;

std::vector<DeviceFacts> DeviceMeter::devices() const {
  return nvml_->facts();
}

void DeviceMeter::begin() {
  used_before_ = nvml_->used();
  energy_before_ = nvml_->energy();
  peak_ = 0;
}

void DeviceMeter::look(pid_t child) {
  if (!nvml_->has_devices()) return;
  const auto used = nvml_->used();
  const auto more = used > used_before_ ? used - used_before_ : 0;
  peak_ = std::max(peak_, nvml_->used_by(child).value_or(more));
}

DeviceUse DeviceMeter::end() {
  DeviceUse use;
  if (nvml_->has_devices() && peak_ > 0) use.peak_bytes = peak_;
  if (const auto now = nvml_->energy(); now && energy_before_)
    use.energy_j = *now - *energy_before_;
  return use;
}

}  // namespace relievo::bench
