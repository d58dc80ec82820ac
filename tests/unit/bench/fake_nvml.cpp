// A library with the functions of NVIDIA's NVML that the benchmark calls, as its API reference has
// them; what it tells is set by the test through fake_nvml_state().
#include "tests/unit/bench/fake_nvml.hpp"

#include <algorithm>
#include <cstring>

namespace {

relievo::test::FakeNvml g_state;

int copy(const char* text, char* out, unsigned size) {
  if (std::strlen(text) + 1 > size) return 7;  // NVML_ERROR_INSUFFICIENT_SIZE
  std::strcpy(out, text);
  return 0;
}

struct Memory {
  unsigned long long total, free, used;
};
struct Process {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

}  // namespace

extern "C" {

relievo::test::FakeNvml* fake_nvml_state() {
  return &g_state;
}

int nvmlInit_v2() {
  return g_state.init_result;
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = g_state.devices;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = reinterpret_cast<void*>(static_cast<std::uintptr_t>(index) + 1);
  return 0;
}

int nvmlDeviceGetName(void* /*device*/, char* name, unsigned size) {
  return copy("Test GPU", name, size);
}

int nvmlSystemGetDriverVersion(char* version, unsigned size) {
  return copy("1.2", version, size);
}

int nvmlDeviceGetMemoryInfo(void* /*device*/, Memory* memory) {
  *memory = {g_state.total, g_state.total - g_state.used, g_state.used};
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void* /*device*/, unsigned long long* millijoules) {
  if (g_state.millijoules == 0) return 3;  // NVML_ERROR_NOT_SUPPORTED
  *millijoules = g_state.millijoules;
  return 0;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* /*device*/, unsigned* count, Process* list) {
  if (!g_state.tells_processes) return 3;
  if (*count < 2) return 7;
  *count = 2;
  list[0] = {g_state.pid, g_state.own, 0, 0};
  list[1] = {g_state.pid + 1, 5'000'000, 0, 0};
  return 0;
}

}  // extern "C"
