#include "plugins/stereo/row_sampler.hpp"

#include <array>
#include <type_traits>

namespace relievo::stereo {

template <class T>
void sample_rows(const T* const* rows, int components, const std::int32_t* positions,
                 const std::vector<EdgeTap>& edge_taps, int max, T* const* out, int n) {
  const auto sample = [] {
    if constexpr (std::is_same_v<T, std::uint8_t>)
      return kernels().sample8;
    else
      return kernels().sample16;
  }();
  sample(rows, components, positions, max, out, n);
  for (const auto& tap : edge_taps) {
    const std::int32_t position = positions[tap.target];
    const auto fraction = position & (kPositionOne - 1);
    for (int c = 0; c < components; ++c) {
      const T* const p = rows[c] + (position >> kPositionBits);
      // The four samples, as they would be were this surface all there is.
      const std::array<T, 4> near{tap.left_torn ? p[0] : p[-1], p[0], p[1],
                                  tap.right_torn ? p[1] : p[2]};
      const T* const row = near.data() + 1;
      T* const to = out[c] + tap.target;
      sample(&row, 1, &fraction, max, &to, 1);
    }
  }
}

template void sample_rows(const std::uint8_t* const*, int, const std::int32_t*,
                          const std::vector<EdgeTap>&, int, std::uint8_t* const*, int);
template void sample_rows(const std::uint16_t* const*, int, const std::int32_t*,
                          const std::vector<EdgeTap>&, int, std::uint16_t* const*, int);

}  // namespace relievo::stereo
