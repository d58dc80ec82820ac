#include "cues.hpp"

namespace relievo::motion_cues {

Cue height_cue(cv::Size size) {
  Cue cue{cv::Mat1f(size), 1.0};
  for (int y = 0; y < size.height; ++y)
    cue.nearness.row(y).setTo((static_cast<float>(y) + 0.5F) / static_cast<float>(size.height));
  return cue;
}

}  // namespace relievo::motion_cues
