// A Depth Pro of a few thousand numbers, with every part and every name of the published one, for
// what can be tested without gigabytes: 512 pixels instead of 1536, windows of 8 x 8 cells.
#pragma once

#include <cstdint>
#include <filesystem>

#include "plugins/depth_pro/config.hpp"

namespace relievo::test {

// Random weights under the official names; activations stay of order 1.
[[nodiscard]] nets::StateDict tiny_depth_pro(std::uint64_t seed = 1, bool field_of_view = true);

// What Depth Pro's parts compute, one after the other as they are published, in plain calls:
// pictures [n, 3, side, side].
struct PlainResult {
  at::Tensor canonical;  // [n, side, side]
  at::Tensor view;       // [n]
};
[[nodiscard]] PlainResult plain_depth_pro(const nets::StateDict& weights,
                                          const at::Tensor& pictures);

// The tensors as a .safetensors file in a folder that the test program removes.
[[nodiscard]] std::filesystem::path safetensors_of(const nets::StateDict& tensors);

}  // namespace relievo::test
