// Frames of the host as tensors and back, without copies.
#pragma once

#include <relievo/sdk/host.hpp>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// The plane's samples where they lie, with their strides: [rows, columns] or [rows, columns,
// components], cut to width x height. Keeps a reference to the frame as long as any tensor of it
// lives. The memory may be shared: do not write to it. Throws RLV_E_UNSUPPORTED on a type or device
// that libtorch does not have.
[[nodiscard]] at::Tensor tensor_of(const Frame& frame, std::uint32_t plane);

// A frame around a map [rows, columns] of float32, on any device; info's size and format must fit.
[[nodiscard]] Frame frame_of(const Host& host, const rlv_frame_info& info, const at::Tensor& map);

}  // namespace relievo::nets
