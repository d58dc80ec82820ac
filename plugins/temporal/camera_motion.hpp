// The camera's motion between two frames of a scene that mostly stands still, from the grey values
// themselves. Dense flow would do in principle, but DIS shortens motions of a tenth of a pixel by a
// third, and a slow dolly is made of those; direct alignment does not (Engel et al., "Direct sparse
// odometry", TPAMI 2018, for the idea).
#pragma once

#include <opencv2/core.hpp>

#include "flow.hpp"
#include "pose.hpp"

namespace relievo::temporal {

// Smoothed grey value and its derivatives along x and y, per pixel.
struct Sight {
  cv::Mat3f values;
};
[[nodiscard]] Sight sight_of(const cv::Mat1b& grey);

struct CameraFit {
  Pose pose;           // from the later frame to the earlier one
  double zoom = 0;     // relative change of focal length on that way
  bool found = false;  // enough texture, and most of it moves as the pose says
};

// How a point at pixel (x, y) of the later frame with inverse depth q is seen in the earlier one.
// focal: pixels. Any thread.
class Projection {
 public:
  Projection(cv::Size size, double focal)
      : focal_(focal), centre_x_(0.5 * (size.width - 1)), centre_y_(0.5 * (size.height - 1)) {}
  [[nodiscard]] cv::Vec3d ray(double x, double y) const {
    return {(x - centre_x_) / focal_, (y - centre_y_) / focal_, 1};
  }
  [[nodiscard]] cv::Point2d pixel(const cv::Vec3d& p, double zoom = 0) const {
    const double grow = focal_ * (1 + zoom) / p[2];
    return {p[0] * grow + centre_x_, p[1] * grow + centre_y_};
  }
  [[nodiscard]] double focal() const { return focal_; }

 private:
  double focal_, centre_x_, centre_y_;
};

// Pose that explains the flow to the frame before, roughly: where to start from.
[[nodiscard]] Pose pose_of_flow(const Track& track, const cv::Mat1f& inverse,
                                const Projection& view);

// Refines `start`. inverse: inverse depth of the later frame in its pixels, NaN or not above 0
// where unknown. Answers with the simplest of: a turn, a turn and a step, both and a zoom, that
// explains the pictures about as well as the richest; a scene seen by a camera at rest gets no step
// from its grain. All sights of one size. Not found: pose is `start` or of no use.
[[nodiscard]] CameraFit find_camera(const Sight& later, const Sight& earlier,
                                    const cv::Mat1f& inverse, const Projection& view,
                                    const Pose& start);

}  // namespace relievo::temporal
