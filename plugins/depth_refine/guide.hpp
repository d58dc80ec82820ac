// The picture as the refiner looks at it: one luma and two chroma planes of 8 bits, a little
// smoothed, whatever the film's format.
#pragma once

#include <array>

#include <opencv2/core.hpp>

#include <relievo/sdk/frame.hpp>

namespace relievo::depth_refine {

// Luma, then two colour differences, all of one size. Grey pictures have constant differences.
using Guide = std::array<cv::Mat1b, 3>;

// The frame's colours, smoothed by a 3x3 binomial against noise and resized to `size`; into the
// planes that guide has if they are of that size. Throws RLV_E_UNSUPPORTED for a format that the
// manifest does not name.
void read_guide(const Frame& colour, cv::Size size, Guide& guide);

// The same of a picture of red, green and blue.
void read_guide(const cv::Mat3b& picture, cv::Size size, Guide& guide);

// The guide at the samples of a map of that size.
[[nodiscard]] Guide resized(const Guide& guide, cv::Size size);

}  // namespace relievo::depth_refine
