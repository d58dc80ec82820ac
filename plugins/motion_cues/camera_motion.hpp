// The camera's own motion between two frames, fitted to flow: a turn, a change of focal length, and
// a step that makes parallax.
//
// Places are in units of the focal length from the picture's centre. A point at (x, y) with inverse
// depth r is seen in the other frame at ((q.x + r * t.x) / (q.z + r * t.z), ...) * (1 + zoom), with
// q = R(turn) (x, y, 1) (Longuet-Higgins and Prazdny 1980; Heeger and Jepson 1992 for leaving out
// the depth by looking across the parallax only).
#pragma once

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
  [[nodiscard]] Parts split(double x, double y, double u, double v) const;
  // Residual flow after turn and zoom.
  [[nodiscard]] cv::Vec2d residual(double x, double y, double u, double v) const;
  // Inverse depth in this frame that makes the parallax; may be negative where the flow is wrong.
  [[nodiscard]] double inverse_depth(const Parts& parts) const;

 private:
  cv::Matx33d rotation_;
  double scale_;
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
