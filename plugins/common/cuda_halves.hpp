// Numbers of 16 bits in the kernels of our own: CUDA C++ to begin a kernel's source with, and the
// option that says which numbers they are. NVRTC comes without CUDA's headers for them.
#pragma once

#include <string>
#include <vector>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// float widened(unsigned short), unsigned short rounded(float): to the nearest, NaN stays NaN.
inline constexpr const char* kCudaHalves = R"(
__device__ float widened(unsigned short bits) {
#ifdef RLV_BFLOAT16
  return __uint_as_float(static_cast<unsigned>(bits) << 16);
#else
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
#endif
}

__device__ unsigned short rounded(float value) {
#ifdef RLV_BFLOAT16
  // The instruction for it came with compute capability 8.0.
  const unsigned bits = __float_as_uint(value);
  if (value != value) return static_cast<unsigned short>((bits >> 16) | 0x40);
  return static_cast<unsigned short>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
#else
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
#endif
}
)";

[[nodiscard]] inline bool is_half(at::ScalarType type) {
  return type == at::kHalf || type == at::kBFloat16;
}

// The compiler's options for numbers of this type, one of the two.
[[nodiscard]] inline std::vector<std::string> options_of_halves(at::ScalarType type) {
  if (type == at::kBFloat16) return {"-DRLV_BFLOAT16"};
  return {};
}

}  // namespace relievo::nets
