// Where a network runs and in which precision, and how its failures reach the host.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <relievo/plugin.h>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// name: "cpu", "cuda", "cuda:1", "mps" or "auto" (the best that is here). Throws RLV_E_DEVICE if
// this machine or this libtorch has no such device.
[[nodiscard]] at::Device choose_device(const std::string& name);

// name: "f32", "f16", "bf16" or "auto": f16 on a GPU, f32 on a CPU.
[[nodiscard]] at::ScalarType choose_precision(const std::string& name, at::Device device);
// "f32" and so on.
[[nodiscard]] std::string precision_name(at::ScalarType type);
// In which precision numbers that are too large for this one can be computed; nothing above
// float32.
[[nodiscard]] std::optional<at::ScalarType> safer_precision(at::ScalarType type, at::Device device);
// The same once a network has given numbers that are not finite, told as a warning; throws
// RLV_E_DEVICE where there is no safer one.
[[nodiscard]] at::ScalarType leave_precision(at::ScalarType type, at::Device device,
                                             const std::function<void(const std::string&)>& warn);

// RLV_DEV_* of a device.
[[nodiscard]] std::int32_t device_type_of(at::Device device);

// Bytes that can still be allocated on a GPU, what libtorch keeps for reuse included; nothing where
// that cannot be told (CPU, Metal).
[[nodiscard]] std::optional<std::uint64_t> free_memory(at::Device device);

// Once for each thread that computes: number of CPU threads, and that float32 means float32 on a
// GPU, too.
void prepare_thread(std::uint32_t cpu_threads, at::ScalarType precision);

namespace detail {
// In a handler: rethrows what libtorch threw as one line with the status that fits.
[[noreturn]] void rethrow_torch_error();
}  // namespace detail

// Runs a piece of a node's work without gradients, and turns libtorch's exceptions into Error.
template <class Work>
auto torch_call(Work&& work) {
  const c10::InferenceMode guard;
  try {
    return work();
  } catch (const c10::Error&) {
    detail::rethrow_torch_error();
  }
}

}  // namespace relievo::nets
