#include "plugins/stereo/row_sampler.hpp"

#include <type_traits>

#include "plugins/stereo/cubic.hpp"

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
  const auto top = static_cast<float>(max);
  for (const auto& tap : edge_taps) {
    const std::int32_t position = positions[tap.target];
    const auto weights = cubic_weights(position);
    for (int c = 0; c < components; ++c) {
      const T* const p = rows[c] + (position >> kPositionBits);
      // As it would be were this surface all there is.
      const float before = tap.left_torn ? p[0] : p[-1];
      const float after = tap.right_torn ? p[1] : p[2];
      out[c][tap.target] = static_cast<T>(cubic_sample(weights, before, p[0], p[1], after, top));
    }
  }
}

template void sample_rows(const std::uint8_t* const*, int, const std::int32_t*,
                          const std::vector<EdgeTap>&, int, std::uint8_t* const*, int);
template void sample_rows(const std::uint16_t* const*, int, const std::int32_t*,
                          const std::vector<EdgeTap>&, int, std::uint16_t* const*, int);

}  // namespace relievo::stereo
