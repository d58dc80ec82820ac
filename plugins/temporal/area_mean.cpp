#include "area_mean.hpp"

#include <array>

namespace relievo::temporal {
namespace {

// A thread has a pixel of the result. Covered is what nets::AxisTaps::area counts.
constexpr const char* kSource = R"(
struct Covered {
  double begin, end;
  int first, last;
  __device__ Covered(int i, double scale, int size) {
    const double sliver = 1e-3;
    begin = i * scale;
    end = fmin(begin + scale, static_cast<double>(size));
    first = static_cast<int>(begin + sliver);
    last = max(first, static_cast<int>(ceil(end - sliver)) - 1);
  }
  __device__ float weight(int at) const {
    return (fmin(end, at + 1.0) - fmax(begin, static_cast<double>(at))) / (end - begin);
  }
};

extern "C" __global__ void area_mean(const float* first, const float* second, float* result,
                                     int rows, int columns, int small_rows, int small_columns) {
  const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x >= small_columns || y >= small_rows) return;
  const Covered across(x, static_cast<double>(columns) / small_columns, columns);
  const Covered down(y, static_cast<double>(rows) / small_rows, rows);
  const float* const map = blockIdx.z == 0 ? first : second;
  float sum = 0;
  for (int row = down.first; row <= down.last; ++row) {
    float line = 0;
    for (int column = across.first; column <= across.last; ++column)
      line += across.weight(column) * map[static_cast<long long>(row) * columns + column];
    sum += down.weight(row) * line;
  }
  result[(static_cast<long long>(blockIdx.z) * small_rows + y) * small_columns + x] = sum;
}
)";

}  // namespace

nets::CudaKernel::Code AreaMean::code() {
  return {kSource, "area_mean", {}};
}

AreaMean::AreaMean(cv::Size from, cv::Size to, at::Device device)
    : to_(to),
      rows_(nets::AxisTaps::area(from.height, to.height, device)),
      columns_(nets::AxisTaps::area(from.width, to.width, device)),
      kernel_(nets::CudaKernel::get(device, code())) {}

at::Tensor AreaMean::operator()(const at::Tensor& first, const at::Tensor& second) const {
  if (!kernel_)
    return nets::resample(nets::resample(at::stack({first, second}), 1, rows_, at::kFloat), 2,
                          columns_, at::kFloat);
  constexpr unsigned kWide = 32, kHigh = 4;
  auto result = at::empty({2, to_.height, to_.width}, first.options());
  const auto* a = first.const_data_ptr<float>();
  const auto* b = second.const_data_ptr<float>();
  auto* to = result.data_ptr<float>();
  auto rows = static_cast<int>(first.size(0));
  auto columns = static_cast<int>(first.size(1));
  int small_rows = to_.height, small_columns = to_.width;
  const std::array<void*, 7> arguments{&a, &b, &to, &rows, &columns, &small_rows, &small_columns};
  kernel_->launch({(static_cast<unsigned>(to_.width) + kWide - 1) / kWide,
                   (static_cast<unsigned>(to_.height) + kHigh - 1) / kHigh, 2, kWide, kHigh},
                  arguments);
  return result;
}

}  // namespace relievo::temporal
