// A film's picture as motion is looked for in it.
#pragma once

#include <opencv2/core.hpp>
#include <relievo/sdk/frame.hpp>

namespace relievo::tracking {

// Brightness in 8 bits at `size`, averaged over what each pixel covers: the first component of grey
// and YCbCr, ITU-R BT.601's luma of interleaved RGB. Samples of up to 16 bits, which may lie apart.
// Throws RLV_E_UNSUPPORTED for other formats.
[[nodiscard]] cv::Mat1b grey_picture(const Frame& colour, cv::Size size);

}  // namespace relievo::tracking
