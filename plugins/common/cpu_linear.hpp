// Matrix products of large float32 layers on an x86 CPU, by oneDNN.
#pragma once

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

enum class Activation { kNone, kGelu };

// x [..., in], weight [out, in], bias [out] or undefined to [..., out], with the exact (erf) GELU
// while the results are still in the cache. libtorch's own linear() goes to MKL, which on AMD
// processors does not use their widest instructions. Nothing where this way does not exist or does
// not pay (another device, type or architecture, few numbers): the caller takes at::linear() then.
[[nodiscard]] at::Tensor onednn_linear(const at::Tensor& x, const at::Tensor& weight,
                                       const at::Tensor& bias, Activation activation);

}  // namespace relievo::nets
