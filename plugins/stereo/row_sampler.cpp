#include "plugins/stereo/row_sampler.hpp"

#include <algorithm>
#include <type_traits>

namespace relievo::stereo {

RowSampler::RowSampler(int max_width) {
  const auto n = static_cast<std::size_t>(max_width);
  column_.resize(n);
  taps_.column = column_.data();
  for (std::size_t i = 0; i < 4; ++i) {
    weight_[i].resize(n);
    taps_.weight[i] = weight_[i].data();
  }
}

void RowSampler::set_positions(const std::int32_t* positions, const std::vector<EdgeTap>& edge_taps,
                               int n) {
  count_ = n;
  edge_taps_ = &edge_taps;
  kernels().cubic_taps(positions, taps_, n);
}

template <class T>
void RowSampler::sample(const T* row, int max, T* out) const {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    kernels().sample8(row, taps_, max, out, count_);
  else
    kernels().sample16(row, taps_, max, out, count_);
  for (const auto& tap : *edge_taps_) {
    const auto i = static_cast<std::size_t>(tap.target);
    const T* p = row + column_[i];
    const auto before = static_cast<float>(tap.left_torn ? p[0] : p[-1]);
    const auto after = static_cast<float>(tap.right_torn ? p[1] : p[2]);
    const float v =
        (weight_[0][i] * before + weight_[3][i] * after) +
        (weight_[1][i] * static_cast<float>(p[0]) + weight_[2][i] * static_cast<float>(p[1])) +
        0.5F;
    out[i] = static_cast<T>(std::clamp(v, 0.0F, static_cast<float>(max)));
  }
}

template void RowSampler::sample(const std::uint8_t*, int, std::uint8_t*) const;
template void RowSampler::sample(const std::uint16_t*, int, std::uint16_t*) const;

}  // namespace relievo::stereo
