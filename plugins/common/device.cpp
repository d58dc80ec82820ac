#include "plugins/common/device.hpp"

#include <algorithm>
#include <string_view>

#include <ATen/DeviceAccelerator.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <relievo/sdk/error.hpp>

namespace relievo::nets {

at::Device choose_device(const std::string& name) {
  if (name == "auto") {
    if (at::hasCUDA()) return {at::kCUDA, 0};
    if (at::hasMPS()) return {at::kMPS, 0};
    return at::kCPU;
  }
  if (name == "cpu") return at::kCPU;
  if (name == "mps") {
    if (at::hasMPS()) return {at::kMPS, 0};
    fail(RLV_E_DEVICE, "device 'mps' is not here: it needs macOS on Apple Silicon; use device cpu");
  }
  const at::Device device(name);
  if (!at::hasCUDA())
    fail(RLV_E_DEVICE, "device '", name,
         "' is not here: this libtorch was built without CUDA, or there is no NVIDIA card or "
         "driver; "
         "use device cpu");
  const auto cards = at::detail::getCUDAHooks().getNumGPUs();
  const auto index = device.has_index() ? device.index() : 0;
  if (index >= cards)
    fail(RLV_E_DEVICE, "device '", name, "' is not here: there are ", cards,
         " cards, counted from 0");
  return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

at::ScalarType choose_precision(const std::string& name, at::Device device) {
  if (name == "f32") return at::kFloat;
  if (name == "f16") return at::kHalf;
  if (name == "bf16") return at::kBFloat16;
  return device.is_cpu() ? at::kFloat : at::kHalf;
}

std::string precision_name(at::ScalarType type) {
  if (type == at::kHalf) return "f16";
  return type == at::kBFloat16 ? "bf16" : "f32";
}

std::optional<at::ScalarType> safer_precision(at::ScalarType type, at::Device device) {
  if (type == at::kHalf && device.is_cuda()) return at::kBFloat16;
  if (type != at::kFloat) return at::kFloat;
  return std::nullopt;
}

at::ScalarType leave_precision(at::ScalarType type, at::Device device,
                               const std::function<void(const std::string&)>& warn) {
  const auto safer = safer_precision(type, device);
  if (!safer)
    fail(RLV_E_DEVICE, "the network gives numbers that are not finite even in float32, on ",
         device.str(), ": the weights are damaged, or the device is");
  const auto name = precision_name(*safer);
  warn(concat("numbers were too large for ", precision_name(type), "; going on in ", name,
              " (set precision: ", name, " to begin with it)"));
  return *safer;
}

std::int32_t device_type_of(at::Device device) {
  if (device.is_cuda()) return RLV_DEV_CUDA;
  return device.is_mps() ? RLV_DEV_METAL : RLV_DEV_CPU;
}

std::optional<std::uint64_t> free_memory(at::Device device) {
  if (!device.is_cuda()) return std::nullopt;
  at::globalContext().lazyInitDevice(device.type());
  const auto [free, total] = at::accelerator::getMemoryInfo(device.index());
  static_cast<void>(total);
  const auto stats = at::accelerator::getDeviceStats(device.index());
  constexpr std::size_t kAll = 0;  // pools of all kinds of size together
  const auto kept = stats.reserved_bytes.at(kAll).current - stats.allocated_bytes.at(kAll).current;
  return free + static_cast<std::uint64_t>(std::max<std::int64_t>(kept, 0));
}

void prepare_thread(std::uint32_t cpu_threads, at::ScalarType precision) {
  if (cpu_threads > 0) at::set_num_threads(static_cast<int>(cpu_threads));
  if (!at::hasCUDA()) return;
  auto& context = at::globalContext();
  // Sizes stay the same for a whole film: trying the convolution kernels once pays.
  context.setBenchmarkCuDNN(true);
  if (precision == at::kFloat) context.setAllowTF32CuDNN(false);
}

namespace detail {

void rethrow_torch_error() {
  const auto line = [](const char* text) {
    const std::string_view whole(text);
    return std::string(whole.substr(0, whole.find('\n')));
  };
  try {
    throw;
  } catch (const c10::OutOfMemoryError& e) {
    fail(RLV_E_MEMORY, "the device has not enough memory: ", line(e.what_without_backtrace()),
         "; take a smaller input_size or model, or end other programs on the device");
  } catch (const c10::Error& e) {
    const auto text = line(e.what_without_backtrace());
    const bool memory = text.find("not enough memory") != std::string::npos ||
                        text.find("out of memory") != std::string::npos;
    fail(memory ? RLV_E_MEMORY : RLV_E_DEVICE, "libtorch failed: ", text);
  }
}

}  // namespace detail
}  // namespace relievo::nets
