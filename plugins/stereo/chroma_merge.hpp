// One sample of chroma: what every version of the kernels for it computes.
#pragma once

#include <cstdint>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// rows[s] + first[s]: the luma's targets that chroma target 0 lies on. last: the greatest position.
template <int kSources>
[[nodiscard]] inline std::int32_t merged_position(const std::int32_t* const* rows, const int* first,
                                                  std::int32_t last, int k) {
  std::int32_t d[kSources];
  std::int32_t near = kHole;
  for (int s = 0; s < kSources; ++s) {
    const int column = first[s] + 2 * k;
    const std::int32_t p = rows[s][column];
    d[s] = p < 0 ? kHole : p - (column << kPositionBits);
    near = d[s] > near ? d[s] : near;
  }
  if (near == kHole) return kHole;
  std::int32_t behind = 0;
  std::int32_t members = 0;
  for (int s = 0; s < kSources; ++s) {
    const std::int32_t difference = near - d[s];
    if (difference > kPositionOne) continue;
    behind += difference;
    ++members;
  }
  const std::int32_t p = (k << kPositionBits) + ((near - behind / members) >> 1);
  return p < 0 ? 0 : p > last ? last : p;
}

// See Kernels::bits_near_tears.
[[nodiscard]] inline bool is_near_tear(std::int32_t position, const std::uint8_t* torn) {
  if (position < 0 || (position & (kPositionOne - 1)) == 0) return false;
  const std::uint8_t* const at = torn + (position >> kPositionBits);
  return (at[0] | at[1] | at[2]) != 0;
}

}  // namespace relievo::stereo
