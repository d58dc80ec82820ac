// The focal length of a shot: known beforehand, or estimated on its first frames and then held, so
// that metric depth does not swell and shrink from frame to frame. Knows no tensors.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace relievo::depth_pro {

// Pixels of a picture of this width that has this horizontal field of view in degrees. The view is
// kept within (0, 180) so that a wild estimate still is a camera.
[[nodiscard]] double focal_of_view(double degrees, double width);

class ShotFocal {
 public:
  // wanted: estimates that are taken per shot, at least 1.
  explicit ShotFocal(std::size_t wanted) : wanted_(wanted) {}

  // A new shot begins.
  void restart();
  // False once the shot's focal length stands: nothing more needs to be estimated.
  [[nodiscard]] bool wants_more() const { return !focal_px_ && estimates_.size() < wanted_; }
  // One frame's estimate, in pixels; ignored once the focal length stands.
  void add(double focal_px);
  // No more frames of this shot come: what was estimated so far has to do.
  void close();
  // The median of the estimates, once there are enough of them.
  [[nodiscard]] std::optional<double> value() const { return focal_px_; }

 private:
  std::size_t wanted_;
  std::vector<double> estimates_;
  std::optional<double> focal_px_;
};

}  // namespace relievo::depth_pro
