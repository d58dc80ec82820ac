#include "cues.hpp"

#include <algorithm>

namespace relievo::motion_cues {

cv::Size detail::coarse_size(cv::Size size) {
  return {std::max(1, size.width / kCoarse), std::max(1, size.height / kCoarse)};
}

cv::Mat1f fused_cues(const Picture& picture, double bend) {
  auto height = height_cue(picture.luma.size());
  constexpr int kSmallest = 32;  // pixels a side, below which there is nothing to look at
  if (bend <= 0 || std::min(picture.luma.cols, picture.luma.rows) < kSmallest)
    return height.nearness;
  // The height cue holds on most pictures; each of the others may at most weigh half as much.
  constexpr double kMost = 0.5;
  // What hardly says anything is left out rather than bending the ramp by chance.
  constexpr double kWhisper = 0.05;
  double weight = height.strength;
  cv::Mat1f sum = height.nearness * height.strength;
  for (const auto& cue :
       {focus_cue(picture.luma), haze_cue(picture.darkest), perspective_cue(picture.luma)}) {
    const double w = kMost * bend * std::max(0.0, cue.strength - kWhisper) / (1 - kWhisper);
    if (w <= 0) continue;
    sum += w * cue.nearness;
    weight += w;
  }
  return sum / weight;
}

}  // namespace relievo::motion_cues
