// Depth maps of a sequence against the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tools/judge/depth_runner.hpp"

namespace relievo::judge {

struct Truth {
  int width = 0;
  int height = 0;
  std::vector<float> inverse;  // 1/m or pixels of disparity; NaN unknown, 0 the sky
  // Empty where unknown; see metrics::flicker().
  std::vector<float> flow;
  std::vector<std::uint8_t> seen;
};

// One frame's own fit.
struct FrameVerdict {
  double scale = 0;
  double shift = 0;
  double abs_rel = 0;
  double median = 0;  // depth in metres, in the shot's scale and shift
  double true_median = 0;
};

struct Verdict {
  int frames = 0;
  double abs_rel = 0;       // disparity, scale and shift fitted to each frame
  double abs_rel_shot = 0;  // one scale and shift for the shot
  double rank = 0;          // Spearman, mean over frames
  double flicker = -1;      // relative, per frame; -1 unknown
  double true_slope = 0;    // of the median depth over the shot, metres a frame
  double slope = 0;         // the same of the prediction in the shot's scale and shift
  std::vector<FrameVerdict> each;
};

// One shot. floor: disparity below which pixels are left out.
[[nodiscard]] Verdict judge_shot(std::span<const DepthMap> maps, std::span<const Truth> truths,
                                 float floor);

}  // namespace relievo::judge
