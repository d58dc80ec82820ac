// How the background moves where the foreground hides it, from how it moves beside.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::stereo {

// Of small pictures, all of one size. Places that nothing nearer hides have their own values.
struct HiddenMotion {
  cv::Mat2f flow;     // pixels to the other frame
  cv::Mat1f inverse;  // inverse depth
  cv::Mat1f sure;     // 0 to 1
};

// Inverse depth steps by more than `tear` between neighbours of a row where one thing ends before
// another. From such an edge the motion, depth and trust of the farther side are carried at most
// `reach` columns behind the nearer one. The flow beside an edge is that of both sides in part, so
// that what counts lies a little away from it, and replaces what lies at it.
[[nodiscard]] HiddenMotion hidden_motion(const cv::Mat2f& flow, const cv::Mat1f& trust,
                                         const cv::Mat1f& inverse, float tear, int reach);

}  // namespace relievo::stereo
