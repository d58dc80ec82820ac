// The ground that most of a scene stands on, and what would lie beneath it.
#pragma once

#include <optional>

#include <opencv2/core.hpp>

#include "measurement.hpp"

namespace relievo::motion_cues {

// Inverse depth of level ground grows in proportion to the distance from the horizon:
// slope * (row - horizon), row in picture heights from the top.
struct Ground {
  double slope = 0;
  double horizon = 0;
  [[nodiscard]] double inverse(double row) const { return slope * (row - horizon); }
};

// The plane that most of the well-known depth in the lower part of the picture agrees with; nothing
// if no plane stands out.
[[nodiscard]] std::optional<Ground> find_ground(const DepthState& state);

// 255 where the depth lies clearly beneath the ground although ground is seen at the same height of
// the picture beside it. Nothing that stands still can do that; something that walks along with the
// camera does.
[[nodiscard]] cv::Mat1b beneath(const Ground& ground, const DepthState& state);

}  // namespace relievo::motion_cues
