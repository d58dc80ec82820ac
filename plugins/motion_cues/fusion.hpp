// Puts together what was known, what a pair of frames shows and what the cues guess, each by its
// certainty.
#pragma once

#include <opencv2/core.hpp>

#include "measurement.hpp"

namespace relievo::motion_cues {

// A Kalman step for every pixel that the measurement knows; a surprise makes both sides less
// certain. The first measurement replaces what was guessed. Same result with any number of threads.
void fuse(DepthState& state, const Measurement& seen);

struct WeightedDepth {
  cv::Mat1f inverse;
  cv::Mat1f weight;  // above 0; a relative certainty
};

// The cues brought to the units of the parallax, by a straight line through both where both are
// known; it follows slowly. One per shot.
class CueFit {
 public:
  void update(const cv::Mat1f& cues, const DepthState& state);
  // The state where it is certain, the fitted cues where it is not.
  [[nodiscard]] WeightedDepth blend(const cv::Mat1f& cues, const DepthState& state) const;

 private:
  double gain_ = 1;
  double shift_ = 0;
  double variance_ = 0.01;  // of the parallax about the line
  bool fitted_ = false;
};

// Lets what moves by itself stand where it was found to (supported_depth(); below 0: nowhere).
void stand(WeightedDepth& depth, const cv::Mat1f& supported);

// From the units of a shot to 0 .. 1. The scale is set by the shot's first frame and kept, so that
// a true change of depth shows; it gives way, one percent a frame, only when the scene leaves the
// range for good.
class OutputRange {
 public:
  void apply(cv::Mat1f& inverse);

 private:
  double scale_ = 0;
};

}  // namespace relievo::motion_cues
