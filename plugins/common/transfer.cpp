#include "plugins/common/transfer.hpp"

#include <algorithm>

#include <ATen/DeviceAccelerator.h>

namespace relievo::nets {
namespace {

at::Tensor page_locked(at::IntArrayRef shape, at::ScalarType type) {
  return at::empty(shape, at::TensorOptions(type).pinned_memory(true));
}

}  // namespace

at::Tensor host_memory(at::IntArrayRef shape, at::ScalarType type, at::Device device) {
  return device.is_cuda() ? page_locked(shape, type) : at::empty(shape, at::TensorOptions(type));
}

at::Tensor start_to_device(const at::Tensor& tensor, at::Device device) {
  if (!device.is_cuda() || !tensor.is_cpu()) return tensor.to(device);
  if (tensor.is_contiguous() && tensor.is_pinned()) return tensor.to(device, /*non_blocking=*/true);
  auto staged = page_locked(tensor.sizes(), tensor.scalar_type());
  staged.copy_(tensor);
  return staged.to(device, /*non_blocking=*/true);
}

at::Tensor stack_on_device(const std::vector<at::Tensor>& tensors, at::Device device) {
  const bool from_cpu = std::all_of(tensors.begin(), tensors.end(),
                                    [](const at::Tensor& tensor) { return tensor.is_cpu(); });
  if (device.is_cuda() && from_cpu) {
    auto shape = tensors.front().sizes().vec();
    shape.insert(shape.begin(), static_cast<std::int64_t>(tensors.size()));
    auto staged = page_locked(shape, tensors.front().scalar_type());
    for (std::size_t i = 0; i < tensors.size(); ++i)
      staged.select(0, static_cast<std::int64_t>(i)).copy_(tensors[i]);
    return staged.to(device, /*non_blocking=*/true);
  }
  std::vector<at::Tensor> here;
  here.reserve(tensors.size());
  for (const auto& tensor : tensors) here.push_back(tensor.to(device));
  return at::stack(here);
}

at::Tensor start_to_host(const at::Tensor& tensor) {
  if (!tensor.is_cuda()) return tensor.to(at::kCPU).contiguous();
  auto host = page_locked(tensor.sizes(), tensor.scalar_type());
  host.copy_(tensor, /*non_blocking=*/true);
  return host;
}

void wait_for(at::Device device) {
  if (device.is_cuda()) at::accelerator::getCurrentStream(device.index()).synchronize();
}

void Moment::mark(at::Device device) {
  event_.reset();
  if (!device.is_cuda()) return;
  event_.emplace(device.type());
  event_->record(at::accelerator::getCurrentStream(device.index()));
}

void Moment::wait() {
  if (event_) event_->synchronize();
  event_.reset();
}

}  // namespace relievo::nets
