// Depth of one shot: what the plugin does, without the plugin's interface.
#pragma once

#include <deque>

#include <opencv2/core.hpp>

#include "flow.hpp"
#include "fusion.hpp"
#include "measurement.hpp"
#include "picture.hpp"

namespace relievo::motion_cues {

struct EstimatorOptions {
  int look_ahead = 8;   // frames
  double bend = 1;      // see fused_cues()
  double focal_px = 0;  // of the working size; 0 unknown
};

// One per shot. Feed pictures of one size in order; depth comes out look_ahead pictures later. Not
// thread-safe. The same pictures give the same depth, whatever the number of threads and the rhythm
// of calls.
class Estimator {
 public:
  explicit Estimator(EstimatorOptions options) : options_(options) {}

  void add(Picture picture);
  // Pictures added and not given out yet.
  [[nodiscard]] int waiting() const { return static_cast<int>(pictures_.size()) - next_; }
  // Depth of the next picture, 0 (far) to 1 (near), of its size. Uses every picture that waits, up
  // to look_ahead.
  [[nodiscard]] cv::Mat1f next();

 private:
  struct Known {
    Picture picture;
    Texture texture;
  };
  void predict();
  void look(int other);
  void look_at_start();
  [[nodiscard]] int choose_other() const;
  [[nodiscard]] cv::Mat1f finished();
  [[nodiscard]] double focal() const;

  EstimatorOptions options_;
  FlowEstimator flow_;
  std::deque<Known> pictures_;  // some given out, then those that wait
  int next_ = 0;                // index in pictures_
  int age_ = 0;                 // frames of the shot given out
  bool turn_forward_ = true;    // which side the last reference lay on
  DepthState state_;
  cv::Mat1f cues_;       // of one of the last few pictures
  cv::Mat1f prior_;      // cues of the picture, steady
  cv::Mat1f supported_;  // depth of what moves by itself, -1 elsewhere
  Motion last_motion_;   // per frame, from earlier to later
  double flow_per_frame_ = 0;
  double parallax_per_frame_ = 0;
  CueFit cue_fit_;
  OutputRange range_;
};

}  // namespace relievo::motion_cues
