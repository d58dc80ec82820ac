// Things that move by themselves: their flow says nothing about their depth, so they get that of
// what they stand on.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::motion_cues {

// Inverse depth for every pixel of `moving` (255), 0 or above; -1 elsewhere. Each connected piece
// takes the depth just below its feet; `inverse` is the depth of the scene without them. Pieces
// smaller than a thousandth of the picture are dropped as noise (-1).
[[nodiscard]] cv::Mat1f supported_depth(const cv::Mat1b& moving, const cv::Mat1f& inverse);

}  // namespace relievo::motion_cues
