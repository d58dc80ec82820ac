#include "core/media/change/contiguous.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <relievo/dlpack.h>

namespace relievo::media {
namespace {

constexpr std::size_t kMostDimensions = 4;

struct DensePlane {
  DLManagedTensorVersioned tensor{};
  std::array<std::int64_t, kMostDimensions> shape{};
  std::array<std::int64_t, kMostDimensions> strides{};
  std::vector<std::byte> samples;
};

void delete_dense_plane(DLManagedTensorVersioned* tensor) noexcept {
  delete static_cast<DensePlane*>(tensor->manager_ctx);
}

std::size_t sample_bytes(const DLTensor& tensor) {
  return static_cast<std::size_t>(tensor.dtype.bits) * tensor.dtype.lanes / 8;
}

bool is_contiguous(const DLTensor& tensor) {
  if (tensor.strides == nullptr) return true;
  std::int64_t expected = 1;
  for (std::int32_t d = tensor.ndim - 1; d >= 0; --d) {
    if (tensor.shape[d] != 1 && tensor.strides[d] != expected) return false;
    expected *= tensor.shape[d];
  }
  return true;
}

// Copies dimension d and those inside it; returns where the next sample goes.
std::byte* copy_samples(const DLTensor& from, std::int32_t d, const std::byte* source,
                        std::byte* target) {
  const auto bytes = sample_bytes(from);
  if (d == from.ndim) {
    std::memcpy(target, source, bytes);
    return target + bytes;
  }
  const bool innermost = d == from.ndim - 1 && from.strides[d] == 1;
  // Pixels of interleaved channels lie side by side: one copy for the line.
  const bool line_of_pixels =
      d == from.ndim - 2 && from.strides[d + 1] == 1 && from.strides[d] == from.shape[d + 1];
  if (innermost || line_of_pixels) {
    const auto count = from.shape[d] * (innermost ? 1 : from.shape[d + 1]);
    const auto size = static_cast<std::size_t>(count) * bytes;
    std::memcpy(target, source, size);
    return target + size;
  }
  for (std::int64_t i = 0; i < from.shape[d]; ++i)
    target = copy_samples(from, d + 1,
                          source + i * from.strides[d] * static_cast<std::int64_t>(bytes), target);
  return target;
}

std::unique_ptr<DensePlane> dense_copy(const DLTensor& from) {
  auto plane = std::make_unique<DensePlane>();
  std::int64_t count = 1;
  for (std::int32_t d = from.ndim - 1; d >= 0; --d) {
    const auto at = static_cast<std::size_t>(d);
    plane->shape.at(at) = from.shape[d];
    plane->strides.at(at) = count;
    count *= from.shape[d];
  }
  plane->samples.resize(static_cast<std::size_t>(count) * sample_bytes(from));
  copy_samples(from, 0, static_cast<const std::byte*>(from.data) + from.byte_offset,
               plane->samples.data());
  auto& tensor = plane->tensor;
  tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  tensor.manager_ctx = plane.get();
  tensor.deleter = &delete_dense_plane;
  tensor.dl_tensor = from;
  tensor.dl_tensor.data = plane->samples.data();
  tensor.dl_tensor.byte_offset = 0;
  tensor.dl_tensor.shape = plane->shape.data();
  tensor.dl_tensor.strides = plane->strides.data();
  return plane;
}

}  // namespace

Frame contiguous(const Host& host, const Frame& frame) {
  const auto count = static_cast<std::uint32_t>(frame.plane_count());
  bool already = true;
  for (std::uint32_t i = 0; i < count; ++i)
    already = already && is_contiguous(frame.tensor(i)->dl_tensor);
  if (already) return frame;

  std::array<std::unique_ptr<DensePlane>, 4> planes;
  std::array<DLManagedTensorVersioned*, 4> tensors{};
  for (std::uint32_t i = 0; i < count; ++i) {
    planes.at(i) = dense_copy(frame.tensor(i)->dl_tensor);
    tensors.at(i) = &planes.at(i)->tensor;
  }
  auto dense = host.wrap_frame(frame.info(), {tensors.data(), count});
  for (auto& plane : planes) static_cast<void>(plane.release());
  return dense;
}

}  // namespace relievo::media
