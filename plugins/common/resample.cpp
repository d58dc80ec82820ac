#include "plugins/common/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace relievo::nets {
namespace {

// rows[k] holds tap k of every output sample.
template <class T>
std::vector<at::Tensor> on_device(const std::vector<std::vector<T>>& rows, at::ScalarType type,
                                  at::Device device) {
  std::vector<at::Tensor> tensors;
  for (const auto& row : rows) {
    auto tensor = at::empty({static_cast<std::int64_t>(row.size())}, at::TensorOptions(type));
    std::memcpy(tensor.data_ptr(), row.data(), row.size() * sizeof(T));
    tensors.push_back(tensor.to(device));
  }
  return tensors;
}

AxisTaps make_taps(const std::vector<std::vector<std::int64_t>>& indices,
                   const std::vector<std::vector<float>>& weights, at::Device device) {
  return {on_device(indices, at::kLong, device), on_device(weights, at::kFloat, device)};
}

// Keys' cubic convolution kernel at distance 0 .. 2.
double cubic_kernel(double distance) {
  constexpr double a = -0.75;
  const double d = std::abs(distance);
  if (d <= 1.0) return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0;
  return ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a;
}

}  // namespace

AxisTaps AxisTaps::cubic(std::int64_t from, std::int64_t to, at::Device device,
                         bool float_positions) {
  constexpr std::size_t kTaps = 4;
  const auto size = static_cast<std::size_t>(to);
  std::vector<std::vector<std::int64_t>> indices(kTaps, std::vector<std::int64_t>(size));
  std::vector<std::vector<float>> weights(kTaps, std::vector<float>(size));
  const double scale = 1.0 / (static_cast<double>(to) / static_cast<double>(from));
  for (std::size_t i = 0; i < size; ++i) {
    const double exact = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const double position =
        float_positions ? static_cast<double>(static_cast<float>(exact)) : exact;
    const auto cell = std::floor(position);
    const double fraction = position - cell;
    for (std::size_t k = 0; k < kTaps; ++k) {
      const auto tap = static_cast<std::int64_t>(k) - 1;
      indices[k][i] = std::clamp<std::int64_t>(static_cast<std::int64_t>(cell) + tap, 0, from - 1);
      weights[k][i] = static_cast<float>(cubic_kernel(fraction - static_cast<double>(tap)));
    }
  }
  return make_taps(indices, weights, device);
}

AxisTaps AxisTaps::area(std::int64_t from, std::int64_t to, at::Device device) {
  const auto size = static_cast<std::size_t>(to);
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const auto taps = static_cast<std::size_t>(std::ceil(scale)) + 1;
  std::vector<std::vector<std::int64_t>> indices(taps, std::vector<std::int64_t>(size));
  std::vector<std::vector<float>> weights(taps, std::vector<float>(size));
  constexpr double kSliver = 1e-3;  // of a sample: as good as not touched
  for (std::size_t i = 0; i < size; ++i) {
    const double begin = static_cast<double>(i) * scale;
    const double end = std::min(begin + scale, static_cast<double>(from));
    const auto first = static_cast<std::int64_t>(begin + kSliver);
    const auto last = std::max(first, static_cast<std::int64_t>(std::ceil(end - kSliver)) - 1);
    for (std::size_t k = 0; k < taps; ++k) {
      // What is left over of the taps reads a sample that counts anyway, with weight 0: none else
      // may bring in its NaN.
      const auto at = std::min(first + static_cast<std::int64_t>(k), last);
      const bool counts = first + static_cast<std::int64_t>(k) <= last;
      const double covered =
          std::min(end, static_cast<double>(at + 1)) - std::max(begin, static_cast<double>(at));
      indices[k][i] = at;
      weights[k][i] = counts ? static_cast<float>(covered / (end - begin)) : 0.0F;
    }
  }
  return make_taps(indices, weights, device);
}

AxisTaps AxisTaps::linear(const std::vector<double>& positions, std::int64_t from,
                          at::Device device) {
  std::vector<std::vector<std::int64_t>> indices(2, std::vector<std::int64_t>(positions.size()));
  std::vector<std::vector<float>> weights(2, std::vector<float>(positions.size()));
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const double position = std::clamp(positions[i], 0.0, static_cast<double>(from - 1));
    const auto cell = static_cast<std::int64_t>(position);
    const auto fraction = position - static_cast<double>(cell);
    indices[0][i] = cell;
    indices[1][i] = std::min(cell + 1, from - 1);
    weights[0][i] = static_cast<float>(1.0 - fraction);
    weights[1][i] = static_cast<float>(fraction);
  }
  return make_taps(indices, weights, device);
}

at::Tensor resample(const at::Tensor& x, std::int64_t dim, const AxisTaps& taps,
                    at::ScalarType dtype) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[static_cast<std::size_t>(dim)] = taps.indices.front().size(0);
  at::Tensor sum;
  for (std::size_t k = 0; k < taps.indices.size(); ++k) {
    const auto part = x.index_select(dim, taps.indices[k]).to(dtype);
    const auto weight = taps.weights[k].to(dtype).view(shape);
    sum = sum.defined() ? sum.addcmul_(part, weight) : part.mul(weight);
  }
  return sum;
}

}  // namespace relievo::nets
