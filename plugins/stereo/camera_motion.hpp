// How everything that stands still moves from one frame to another because the camera moves, at
// places that are seen and at those that are hidden.
#pragma once

#include <optional>

#include <opencv2/core.hpp>

#include "plugins/common/tracking/tracker.hpp"

namespace relievo::stereo {

// A place of a frame: pixels, and inverse depth in whatever unit the frame's depth map has.
struct Place {
  float x;
  float y;
  float inverse;
};

// Plane and parallax (Irani and Anandan, "Parallax Geometry of Pairs of Points", 1996): of a rigid
// scene, (x, y, 1, inverse depth) goes to a multiple of another such vector by a 4 x 4 matrix,
// whatever the camera's focal length, its movement, and the inverse depth's scale and offset are.
class CameraMotion {
 public:
  CameraMotion() : matrix_(cv::Matx44d::eye()) {}
  explicit CameraMotion(const cv::Matx44d& matrix) : matrix_(matrix) {}

  // False for what comes to lie behind the camera, which goes nowhere.
  [[nodiscard]] bool move(const Place& from, Place& to) const {
    const float w = row(2, from);
    if (w <= 0.0F) return false;
    to = {row(0, from) / w, row(1, from) / w, row(3, from) / w};
    return true;
  }
  // First `first`, then this.
  [[nodiscard]] CameraMotion after(const CameraMotion& first) const {
    return CameraMotion(matrix_ * first.matrix_);
  }
  // Nothing if the matrix has no inverse.
  [[nodiscard]] std::optional<CameraMotion> inverted() const;

 private:
  [[nodiscard]] float row(int i, const Place& p) const {
    return rows_(i, 0) * p.x + rows_(i, 1) * p.y + rows_(i, 2) + rows_(i, 3) * p.inverse;
  }

  cv::Matx44d matrix_;
  cv::Matx44f rows_{matrix_};
};

// A frame as the motion is found in it: maps of one size.
struct MotionView {
  const cv::Mat1b& grey;
  const cv::Mat1f& inverse;
};

// The motion from the first frame to the other that most of what is seen follows: least squares
// over the tracks, with weights that leave out what moves by itself (Geman and McClure's, from
// coarse to fine), and then over the grey values themselves, since flow is a little wrong in ways
// that do not cancel. Nothing if less than a third of the trusted places follow it.
[[nodiscard]] std::optional<CameraMotion> camera_motion(const tracking::Tracker::Both& tracks,
                                                        const MotionView& first,
                                                        const MotionView& other);

}  // namespace relievo::stereo
