// A frame brought to the working size: all that the cues look at.
#pragma once

#include <opencv2/core.hpp>

#include <relievo/sdk/frame.hpp>

namespace relievo::motion_cues {

struct Picture {
  cv::Mat1b luma;     // full range
  cv::Mat1b darkest;  // the smallest of red, green and blue
};

// 8-bit RGB, YCbCr (planar or semi-planar) or grey on the CPU; averages areas, covers exactly the
// picture. Throws RLV_E_UNSUPPORTED for other formats.
[[nodiscard]] Picture make_picture(const Frame& frame, cv::Size size);

}  // namespace relievo::motion_cues
