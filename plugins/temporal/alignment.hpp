// Scale and shift that bring one map to another, in spite of what moved or is wrong.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::temporal {

struct Alignment {
  float scale = 1;
  float shift = 0;
};

// scale * map + shift is nearest to reference where weight (0 to 1) says so. All of one size; NaN
// is left out. Identity if too little is known; without `with_shift` the shift is 0.
[[nodiscard]] Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference,
                              const cv::Mat1f& weight, bool with_shift);

}  // namespace relievo::temporal
