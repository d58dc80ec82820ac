// What one picture tells about depth without motion. Every cue is a map of nearness, 0 (far) to 1
// (near), with a strength that says how clearly the picture speaks: 0 leaves the cue out.
#pragma once

#include <opencv2/core.hpp>

#include "picture.hpp"

namespace relievo::motion_cues {

struct Cue {
  cv::Mat1f nearness;
  double strength = 0;
};

// Lower in the picture is nearer: the ground that most scenes stand on. Strength 1.
[[nodiscard]] Cue height_cue(cv::Size size);

// Sharp is near, blurred is far, where blur differs across the picture: the share of the finest
// detail in the contrast of edges (after Pentland 1987; Zhuo and Sim 2011). Weak without blur.
[[nodiscard]] Cue focus_cue(const cv::Mat1b& luma);

// Haze brightens the darkest channel with distance (He, Sun and Tang, CVPR 2009). It speaks only
// where the veil grows upwards, as outdoors; else a white wall would be fog.
[[nodiscard]] Cue haze_cue(const cv::Mat1b& darkest);

// Lines of the scene that meet in one point run away from the viewer towards it (Battiato et al.
// 2004): far at the point, near at the rim. Strong if many edges agree.
[[nodiscard]] Cue perspective_cue(const cv::Mat1b& luma);

// The height cue bent by the others, values 0 to 1, of luma's size. bend: 0 (height only) to 1.
[[nodiscard]] cv::Mat1f fused_cues(const Picture& picture, double bend);

namespace detail {
// Cues other than height are looked at on a grid this much coarser.
inline constexpr int kCoarse = 4;
[[nodiscard]] cv::Size coarse_size(cv::Size size);
}  // namespace detail

}  // namespace relievo::motion_cues
