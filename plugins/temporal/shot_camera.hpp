// The way of the camera through one shot.
#pragma once

#include <deque>

#include "camera_motion.hpp"

namespace relievo::temporal {

// Motions are measured over several frames, as one frame's is hardly more than the grain; the error
// of the way as a whole then grows with every measurement, not with every frame.
class ShotCamera {
 public:
  // The frame after the last one. inverse: its inverse depth, or the past's carried to it, in the
  // shot's units; track: to the frame before. Answers with the motion to the frame before; not
  // found for the first frame.
  [[nodiscard]] CameraFit next(Sight sight, const tracking::Track& track, const cv::Mat1f& inverse,
                               const Projection& view, ThreadTeam& team);
  // The first frame of a shot.
  void begin(Sight sight);
  // The shot's inverse depth is `factor` times as large from now on.
  void rescale(double factor);

 private:
  struct Place {
    Sight sight;
    Pose pose;  // from this frame to the shot's first
  };
  std::deque<Place> places_;  // oldest first
};

}  // namespace relievo::temporal
