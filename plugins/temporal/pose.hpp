// Where the camera went between two frames.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::temporal {

// A point at X in one frame's camera axes (x right, y down, z forward) lies at turn * X + step in
// the other's. The step's unit is that of 1 / inverse depth.
struct Pose {
  cv::Matx33d turn = cv::Matx33d::eye();
  cv::Vec3d step;

  [[nodiscard]] Pose inverse() const { return {turn.t(), -(turn.t() * step)}; }
};

// First `first`, then `second`.
[[nodiscard]] inline Pose after(const Pose& second, const Pose& first) {
  return {second.turn * first.turn, second.turn * first.step + second.step};
}

// Rotation about the direction of w by its length in radians (Rodrigues).
[[nodiscard]] cv::Matx33d rotation(const cv::Vec3d& w);

// The rotation next to a matrix that is one but for rounding.
[[nodiscard]] cv::Matx33d orthonormal(const cv::Matx33d& turn);

}  // namespace relievo::temporal
