// What one pair of frames tells: how the camera moved, the depth that its parallax shows, and what
// moves by itself.
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "camera_motion.hpp"
#include "flow.hpp"

namespace relievo::motion_cues {

// Inverse depth (0 at infinity, in units that hold for a shot) and its variance.
struct DepthState {
  cv::Mat1f inverse;
  cv::Mat1f variance;
  bool measured = false;  // by parallax; otherwise the cues of single pictures
};

// Variance of what is not known at all.
inline constexpr float kUnknown = 1e3F;
// The near end (90 % of pixels are farther) of a shot's first depth, in its units.
inline constexpr double kNearEnd = 0.5;

struct Measurement {
  bool has_depth = false;
  cv::Mat1f inverse;
  cv::Mat1f variance;      // kUnknown where the flow says nothing
  cv::Mat1b moving;        // 255: its flow is not the camera's
  Motion motion;           // step in units of depth, over the whole pair
  double flow_px = 0;      // median length of the flow
  double parallax_px = 0;  // how far the near moves against the far
};

struct PairOfFrames {
  const cv::Mat1b& luma;
  const cv::Mat1b& other;
  const Texture& texture;  // of luma
  double focal;            // pixels
};

// expected: what is known of the depth in this frame; its scale is taken over if it is measured.
// Otherwise the scale is set by kNearEnd. Deterministic.
[[nodiscard]] Measurement measure(const PairOfFrames& frames, const cv::Mat2f& flow,
                                  const DepthState& expected);

}  // namespace relievo::motion_cues
