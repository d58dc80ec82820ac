// The camera's own motion between two frames, fitted to flow: a turn, a change of focal length, and
// a step that makes parallax.
//
// Places are in units of the focal length from the picture's centre. A point at (x, y) with inverse
// depth r is seen in the other frame at ((q.x + r * t.x) / (q.z + r * t.z), ...) * (1 + zoom), with
// q = R(turn) (x, y, 1) (Longuet-Higgins and Prazdny 1980; Heeger and Jepson 1992 for leaving out
// the depth by looking across the parallax only).
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

namespace relievo::motion_cues {

struct Motion {
  cv::Vec3d turn{0, 0, 0};  // radians about x, y, z
  double zoom = 0;          // growth of the focal length
  cv::Vec3d step{0, 0, 0};  // of the points relative to the camera, in units of depth
};

// One place where the flow is known.
struct FlowSample {
  double x = 0, y = 0;  // place
  double u = 0, v = 0;  // flow
  double weight = 1;
  double inverse = 0;    // inverse depth, if known
  double variance = -1;  // of inverse; below 0: unknown
};

// Precomputed for one Motion; cheap to apply to every pixel.
class Parallax {
 public:
  explicit Parallax(const Motion& motion);

  struct Parts {
    double along;        // residual flow along the parallax, divided by `lever`
    double across;       // residual flow across it: what no depth explains
    double lever;        // length of the parallax of inverse depth 1 at this place
    double depth_ratio;  // q.z
  };
  [[nodiscard]] Parts split(double x, double y, double u, double v) const {
    const double qz = rotation_(2, 0) * x + rotation_(2, 1) * y + rotation_(2, 2);
    const double hx = (rotation_(0, 0) * x + rotation_(0, 1) * y + rotation_(0, 2)) / qz;
    const double hy = (rotation_(1, 0) * x + rotation_(1, 1) * y + rotation_(1, 2)) / qz;
    const double rx = (x + u) * shrink_ - hx;
    const double ry = (y + v) * shrink_ - hy;
    const double ex = step_[0] - hx * step_[2];
    const double ey = step_[1] - hy * step_[2];
    const double lever = std::sqrt(ex * ex + ey * ey) + 1e-12;
    return {(rx * ex + ry * ey) / (lever * lever), (ry * ex - rx * ey) / lever, lever, qz};
  }
  // Residual flow after turn and zoom.
  [[nodiscard]] cv::Vec2d residual(double x, double y, double u, double v) const;
  // Inverse depth in this frame that makes the parallax; may be negative where the flow is wrong.
  [[nodiscard]] double inverse_depth(const Parts& parts) const {
    // along = r / (q.z + r * t.z), solved for r; the pole is where the point would lie in the other
    // camera's plane.
    const double left = 1 - parts.along * step_[2];
    return parts.along * parts.depth_ratio / (left > 0.1 ? left : 0.1);
  }

 private:
  cv::Matx33d rotation_;
  double scale_;   // of the other picture, by the zoom
  double shrink_;  // 1 / scale_
  cv::Vec3d step_;
};

// Turn and zoom only; robust against up to half of the weight going its own way.
[[nodiscard]] Motion fit_turn(std::span<const FlowSample> samples, double noise);

// Turn and direction of the step from flow alone: searches all directions, then refines. The step
// has length 1 and the sign that puts most points before the camera. noise: standard deviation of
// the flow.
[[nodiscard]] Motion find_step(std::span<const FlowSample> samples, double noise,
                               const Motion& turn_only);

// Everything, from a start that is near, using inverse depth where it is known: then the step comes
// out in its units, otherwise its length is kept.
[[nodiscard]] Motion refine(std::span<const FlowSample> samples, double noise, Motion start,
                            int rounds);

// Weighted median of |residual| after turn and zoom, at the given share of the weight.
[[nodiscard]] double residual_quantile(std::span<const FlowSample> samples, const Motion& motion,
                                       double share);

}  // namespace relievo::motion_cues
