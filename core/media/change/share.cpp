#include "core/media/change/share.hpp"

#include <array>
#include <cstddef>
#include <memory>

#include <relievo/dlpack.h>

namespace relievo::media {
namespace {

struct SharedPlane {
  DLManagedTensorVersioned tensor;
  Frame owner;  // keeps shape, strides and samples of the first frame's plane alive
};

void delete_shared_plane(DLManagedTensorVersioned* tensor) noexcept {
  delete static_cast<SharedPlane*>(tensor->manager_ctx);
}

}  // namespace

Frame share_planes(const Host& host, const Frame& frame, const rlv_frame_info& info) {
  std::array<std::unique_ptr<SharedPlane>, 4> planes;
  std::array<DLManagedTensorVersioned*, 4> tensors{};
  const std::size_t count = frame.plane_count();
  for (std::size_t i = 0; i < count; ++i) {
    auto plane = std::make_unique<SharedPlane>(
        SharedPlane{*frame.tensor(static_cast<std::uint32_t>(i)), frame});
    plane->tensor.manager_ctx = plane.get();
    plane->tensor.deleter = &delete_shared_plane;
    plane->tensor.flags |= DLPACK_FLAG_BITMASK_READ_ONLY;
    tensors.at(i) = &plane->tensor;
    planes.at(i) = std::move(plane);
  }
  auto shared = host.wrap_frame(info, {tensors.data(), count});
  for (auto& plane : planes) static_cast<void>(plane.release());
  return shared;
}

}  // namespace relievo::media
