#include "plugins/common/enlarge.hpp"

#include <array>
#include <string>

#include "plugins/common/cuda_halves.hpp"

namespace relievo::nets {
namespace {

// A thread has eight channels of a pixel of the result: 16 bytes, the widest access there is. Four
// of them are read for each that is written, three from a cache.
constexpr const char* kSource = R"(
struct alignas(16) Eight {
  unsigned short of[8];
};

// parts: channels / 8. step: distance of two pixels of the result in those of the map.
extern "C" __global__ void enlarge(const Eight* map, Eight* result, int parts, int rows, int columns,
                                   int large_columns, float step_y, float step_x) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= large_columns * parts) return;
  const int part = i % parts, x = i / parts, y = blockIdx.y;
  const float at_y = y * step_y, at_x = x * step_x;
  const int top = min(static_cast<int>(at_y), rows - 1);
  const int left = min(static_cast<int>(at_x), columns - 1);
  const float down = at_y - top, right = at_x - left;
  const int below = top + 1 < rows ? columns * parts : 0;
  const int beside = left + 1 < columns ? parts : 0;
  const Eight* const corner =
      map + (static_cast<long long>(blockIdx.z * rows + top) * columns + left) * parts + part;
  const Eight a = corner[0], b = corner[beside], c = corner[below], d = corner[below + beside];
  Eight answer;
#pragma unroll
  for (int k = 0; k < 8; ++k) {
    const float upper = (1 - right) * widened(a.of[k]) + right * widened(b.of[k]);
    const float lower = (1 - right) * widened(c.of[k]) + right * widened(d.of[k]);
    answer.of[k] = rounded((1 - down) * upper + down * lower);
  }
  result[(static_cast<long long>(blockIdx.z * gridDim.y + y) * large_columns + x) * parts + part] =
      answer;
}
)";

constexpr std::int64_t kChannels = 8;  // of a thread

float step_of(std::int64_t from, std::int64_t to) {
  return to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1) : 0.0F;
}

}  // namespace

at::Tensor enlarge_bilinear(const at::Tensor& map, MapSize size) {
  return at::upsample_bilinear2d(map, {size.rows, size.columns}, /*align_corners=*/true);
}

CudaKernel::Code Enlarger::code(at::ScalarType type) {
  return {std::string(kCudaHalves) + kSource, "enlarge", options_of_halves(type)};
}

Enlarger::Enlarger(at::Device device, at::ScalarType type) {
  if (is_half(type)) kernel_ = CudaKernel::get(device, code(type));
}

at::Tensor Enlarger::operator()(const at::Tensor& map, MapSize size) const {
  const bool fits =
      map.is_contiguous(at::MemoryFormat::ChannelsLast) && map.size(1) % kChannels == 0;
  if (!kernel_ || !fits || map.numel() == 0) return enlarge_bilinear(map, size);
  constexpr unsigned kThreads = 256;
  auto result = at::empty({map.size(0), map.size(1), size.rows, size.columns}, map.options(),
                          at::MemoryFormat::ChannelsLast);
  const auto* from = map.const_data_ptr();
  auto* to = result.data_ptr();
  auto parts = static_cast<int>(map.size(1) / kChannels);
  auto rows = static_cast<int>(map.size(2));
  auto columns = static_cast<int>(map.size(3));
  auto large_columns = static_cast<int>(size.columns);
  auto step_y = step_of(rows, size.rows);
  auto step_x = step_of(columns, size.columns);
  const std::array<void*, 8> arguments{&from,          &to,     &parts, &rows, &columns,
                                       &large_columns, &step_y, &step_x};
  const auto wide = static_cast<unsigned>(large_columns * parts);
  kernel_->launch({(wide + kThreads - 1) / kThreads, static_cast<unsigned>(size.rows),
                   static_cast<unsigned>(map.size(0)), kThreads, 1},
                  arguments);
  return result;
}

}  // namespace relievo::nets
