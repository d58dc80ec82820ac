#include "plugins/common/sum_norm.hpp"

#include <array>
#include <string>

#include "plugins/common/cuda_halves.hpp"

namespace relievo::nets {
namespace {

// A warp has a token: it reads it once, keeps it in registers, and writes the sum and the norm.
// RLV_WIDTH: numbers of a token, a multiple of 128. RLV_HALF_SUM: the sum is of 16 bits, too.
constexpr const char* kSource = R"(
__device__ float4 wide(float4 v) { return v; }
__device__ float4 wide(ushort4 v) {
  return make_float4(widened(v.x), widened(v.y), widened(v.z), widened(v.w));
}
__device__ void store(float4* to, float4 v) { *to = v; }
__device__ void store(ushort4* to, float4 v) {
  *to = make_ushort4(rounded(v.x), rounded(v.y), rounded(v.z), rounded(v.w));
}
__device__ float4 plus(float4 a, float4 b) {
  return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}
__device__ float sum_of_warp(float value) {
  for (int lanes = 16; lanes > 0; lanes /= 2) value += __shfl_xor_sync(0xffffffffu, value, lanes);
  return value;
}

#ifdef RLV_HALF_SUM
typedef ushort4 Four;
#else
typedef float4 Four;
#endif

// Tokens: those of each group of `length` without its first `skipped`. added and positions may be
// null.
extern "C" __global__ void sum_norm(Four* sum, const ushort4* added, const float4* weight,
                                    const float4* bias, const ushort4* positions, ushort4* result,
                                    float eps, int tokens, int length, int skipped) {
  constexpr int kFours = RLV_WIDTH / 4, kParts = RLV_WIDTH / 128;
  const int token = blockIdx.x * blockDim.y + threadIdx.y;
  if (token >= tokens) return;
  const int kept = length - skipped;
  const int place = skipped + token % kept;
  const long long row = static_cast<long long>(token / kept) * length + place;
  const int lane = threadIdx.x;
  Four* const mine = sum + row * kFours;
  float4 values[kParts];
  float total = 0;
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    const int at = 32 * i + lane;
    float4 v = wide(mine[at]);
    if (added != nullptr) {
      v = plus(v, wide(added[row * kFours + at]));
      store(mine + at, v);
    }
    values[i] = v;
    total += (v.x + v.y) + (v.z + v.w);
  }
  const float mean = sum_of_warp(total) / RLV_WIDTH;
  float squares = 0;
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    float4& v = values[i];
    v.x -= mean, v.y -= mean, v.z -= mean, v.w -= mean;
    squares += (v.x * v.x + v.y * v.y) + (v.z * v.z + v.w * v.w);
  }
  const float rate = 1 / sqrtf(sum_of_warp(squares) / RLV_WIDTH + eps);
#pragma unroll
  for (int i = 0; i < kParts; ++i) {
    const int at = 32 * i + lane;
    const float4 v = values[i], w = weight[at], b = bias[at];
    float4 answer = make_float4(v.x * rate * w.x + b.x, v.y * rate * w.y + b.y,
                                v.z * rate * w.z + b.z, v.w * rate * w.w + b.w);
    if (positions != nullptr) answer = plus(answer, wide(positions[place * kFours + at]));
    store(result + static_cast<long long>(token) * kFours + at, answer);
  }
}
)";

constexpr unsigned kWarp = 32;
constexpr unsigned kTokensOfBlock = 8;

}  // namespace

std::optional<CudaKernel::Code> SumNorm::code(std::int64_t width, at::ScalarType sum,
                                              at::ScalarType result) {
  constexpr std::int64_t kStep = 128, kWidest = 2048;  // 64 registers for a token's numbers
  if (!is_half(result) || width % kStep != 0 || width > kWidest) return std::nullopt;
  auto options = options_of_halves(result);
  options.push_back("-DRLV_WIDTH=" + std::to_string(width));
  if (is_half(sum)) options.emplace_back("-DRLV_HALF_SUM");
  return CudaKernel::Code{std::string(kCudaHalves) + kSource, "sum_norm", options};
}

SumNorm::SumNorm(at::Device device, std::int64_t width, at::ScalarType sum, at::ScalarType result)
    : result_(result) {
  if (const auto source = code(width, sum, result)) kernel_ = CudaKernel::get(device, *source);
}

at::Tensor SumNorm::add(const at::Tensor& sum, const at::Tensor& added, const LayerNorm& norm,
                        const at::Tensor& positions) const {
  if (kernel_) return launch(sum, added.contiguous(), norm, {positions, 0});
  sum.add_(added);
  return read(sum, norm, {positions, 0});
}

at::Tensor SumNorm::read(const at::Tensor& sum, const LayerNorm& norm,
                         const Reading& reading) const {
  if (kernel_) return launch(sum, {}, norm, reading);
  auto result = norm(sum.narrow(1, reading.skipped, sum.size(1) - reading.skipped));
  if (reading.positions.defined())
    result.add_(reading.positions.narrow(0, reading.skipped, result.size(1)));
  return result.to(result_);
}

at::Tensor SumNorm::launch(const at::Tensor& sum, const at::Tensor& added, const LayerNorm& norm,
                           const Reading& reading) const {
  auto result = at::empty({sum.size(0), sum.size(1) - reading.skipped, sum.size(2)},
                          sum.options().dtype(result_));
  if (result.numel() == 0) return result;
  auto* values = sum.data_ptr();
  const void* more = added.defined() ? added.const_data_ptr() : nullptr;
  const auto* weight = norm.weight.const_data_ptr<float>();
  const auto* bias = norm.bias.const_data_ptr<float>();
  const void* positions =
      reading.positions.defined() ? reading.positions.const_data_ptr() : nullptr;
  auto* out = result.data_ptr();
  auto eps = static_cast<float>(norm.eps);
  auto tokens = static_cast<int>(result.size(0) * result.size(1));
  auto length = static_cast<int>(sum.size(1));
  auto skipped = static_cast<int>(reading.skipped);
  const std::array<void*, 10> arguments{&values, &more, &weight, &bias,   &positions,
                                        &out,    &eps,  &tokens, &length, &skipped};
  const auto blocks = (static_cast<unsigned>(tokens) + kTokensOfBlock - 1) / kTokensOfBlock;
  kernel_->launch({blocks, 1, 1, kWarp, kTokensOfBlock}, arguments);
  return result;
}

}  // namespace relievo::nets
