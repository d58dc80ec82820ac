// What the camera did between two frames, and how its picture follows from that.
#pragma once

#include <opencv2/core.hpp>

#include "pose.hpp"

namespace relievo::temporal {

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
  [[nodiscard]] cv::Point2d centre() const { return {centre_x_, centre_y_}; }

 private:
  double focal_, centre_x_, centre_y_;
};

}  // namespace relievo::temporal
