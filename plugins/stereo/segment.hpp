// What the stretch between two neighbours of a surface becomes in the target: what every version of
// the drawing kernel computes.
#pragma once

#include <cstdint>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// The first target column that a segment covers, how many it covers (0 or less: none; at most 2)
// and the source positions there.
struct Segment {
  std::int32_t target;
  std::int32_t count;
  std::int32_t position;
  std::int32_t position_of_second;
};

// Keeps what follows from it in the range of integers.
inline constexpr float kShortestSegment = 1.0F / 1024.0F;

// The library's floor is a call where the processor is not known to have one of its own. v within
// the range of integers.
[[nodiscard]] inline std::int32_t floor_of(float v) {
  const auto i = static_cast<std::int32_t>(v);
  return i - static_cast<std::int32_t>(static_cast<float>(i) > v);
}

// From source column x with disparity d0 to x + 1 with d1, which belong to one surface.
//
// A segment covers the targets from ceil(X0) to below ceil(X1), X = x - disparity, so neighbouring
// segments leave neither gap nor overlap; ceil(X) = x - floor(disparity).
[[nodiscard]] inline Segment segment(float d0, float d1, std::int32_t x) {
  const std::int32_t f0 = floor_of(d0);
  const std::int32_t count = 1 + f0 - floor_of(d1);
  float length = 1.0F - (d1 - d0);
  length = length < kShortestSegment ? kShortestSegment : length;
  const float per_target = static_cast<float>(kPositionOne) / length;
  const float first = (d0 - static_cast<float>(f0)) * per_target;
  auto u = static_cast<std::int32_t>(first + 0.5F);
  auto v = static_cast<std::int32_t>(first + per_target + 0.5F);
  u = u > kPositionOne ? kPositionOne : u;
  v = v > kPositionOne ? kPositionOne : v;
  return {x - f0, count, (x << kPositionBits) + u, (x << kPositionBits) + v};
}

// Writes the positions to those targets that are in the row.
inline void draw_segment(const Segment& s, std::int32_t width, std::int32_t* row) {
  if (s.count > 0 && s.target >= 0 && s.target < width) row[s.target] = s.position;
  if (s.count > 1 && s.target >= -1 && s.target + 1 < width)
    row[s.target + 1] = s.position_of_second;
}

}  // namespace relievo::stereo
