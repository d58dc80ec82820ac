// Tensors between the CPU and a GPU without waiting for each: through page-locked memory, which
// libtorch keeps for reuse. On other devices plain copies.
#pragma once

#include <optional>
#include <vector>

#include <c10/core/Event.h>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// Memory of the CPU for what goes to the device often: page-locked where that is worth it.
[[nodiscard]] at::Tensor host_memory(at::IntArrayRef shape, at::ScalarType type, at::Device device);

// A CPU tensor on the device; the copy may still be on its way, in the order of the device's work.
// What is in page-locked memory, as start_to_host() leaves it, is read from there: it must stay as
// it is until the copy is done. Other memory is free again on return.
[[nodiscard]] at::Tensor start_to_device(const at::Tensor& tensor, at::Device device);

// Tensors of one shape and type, from anywhere, as one on the device with a new first dimension.
[[nodiscard]] at::Tensor stack_on_device(const std::vector<at::Tensor>& tensors, at::Device device);

// The tensor on the CPU, contiguous. What it holds is there after the next wait_for(), or wait() of
// a moment that was marked afterwards.
[[nodiscard]] at::Tensor start_to_host(const at::Tensor& tensor);

// Waits for all work that was given to the device from this thread.
void wait_for(at::Device device);

// A point in the work that was given to a device from this thread: what comes before it can be
// waited for while later work goes on. On other devices than CUDA work is done when it was given.
class Moment {
 public:
  void mark(at::Device device);  // again: forgets the earlier one
  void wait();                   // nothing marked: returns at once

 private:
  std::optional<c10::Event> event_;
};

}  // namespace relievo::nets
