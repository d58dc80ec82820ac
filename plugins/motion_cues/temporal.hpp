// Depth carried from one frame to the next.
#pragma once

#include <opencv2/core.hpp>

#include "measurement.hpp"

namespace relievo::motion_cues {

// Takes the state and the cues of the frame before along the flow (from this frame to that one).
// miss: see mismatch(). step_ahead: how far the camera advanced, in units of depth; what it
// advanced towards comes nearer. What was out of view or uncovered becomes unknown. Same result
// with any number of threads.
void carry(DepthState& state, cv::Mat1f& cues, const cv::Mat2f& flow, const cv::Mat1f& miss,
           double step_ahead);

}  // namespace relievo::motion_cues
