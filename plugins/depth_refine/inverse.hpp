// Depth of any kind as inverse depth, in which views are made, and back.
#pragma once

#include <cstdint>

#include <opencv2/core.hpp>

#include <relievo/sdk/plane.hpp>

namespace relievo::depth_refine {

// Inverse depth, NaN where it is not known: not finite, or metres not above 0 (infinitely far is
// 0). semantic: RLV_SEM_METRES is inverted, all others already are inverse.
[[nodiscard]] cv::Mat1f to_inverse(const Plane<const float>& depth, std::uint32_t semantic);

// Gives unknown values those of known ones nearby, so that the map can be interpolated. A map
// without any becomes 0. Returns where it was unknown (255), empty if nowhere.
[[nodiscard]] cv::Mat1b fill_unknown(cv::Mat1f& inverse);

// Width of the inverse depths: from the 2nd to the 98th percentile of a sample of the known ones.
[[nodiscard]] float range_of(const cv::Mat1f& inverse);

}  // namespace relievo::depth_refine
