// Scale and shift that bring one map to another, in spite of what moved or is wrong.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::temporal {

struct Alignment {
  float scale = 1;
  float shift = 0;
};

struct AlignmentOptions {
  bool with_shift = true;   // else the shift is 0
  double noise_ratio = 10;  // variance of the map's noise over that of the reference's
};

// scale * map + shift is nearest to reference where weight (0 to 1) says so, in relative terms. All
// of one size; NaN is left out. Identity if too little is known or the answer is beyond a factor of
// two. Any thread.
[[nodiscard]] Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference,
                              const cv::Mat1f& weight, const AlignmentOptions& options = {});

}  // namespace relievo::temporal
