// From frames to what the network sees, and from its canonical depth to metres: pure functions of
// tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/common/picture_size.hpp"
#include "plugins/common/torch_ops.hpp"

namespace relievo::depth_pro {

using nets::PictureSize;

// Frames, uint8 RGB [rows, columns, 3] of one size, any strides and device, to network input [n, 3,
// side, side] on the device: (x / 255 - 0.5) / 0.5, then bilinear between pixel centres without
// low-pass and whatever the picture's shape, as the original does; computed in float32, then turned
// into dtype.
[[nodiscard]] at::Tensor preprocess(const std::vector<at::Tensor>& frames, std::int64_t side,
                                    at::Device device, at::ScalarType dtype);

// Canonical inverse depth [rows, columns] of one picture of this size taken with this focal length
// (in its pixels) to metres [height, width], float32, 0.1 mm to 10 km.
[[nodiscard]] at::Tensor metres(const at::Tensor& canonical, PictureSize size, double focal_px);

// Canonical inverse depth at the picture's size, larger is nearer.
[[nodiscard]] at::Tensor at_size(const at::Tensor& canonical, PictureSize size);

}  // namespace relievo::depth_pro
