// Scale and shift that bring one map to another, in spite of what moved or is wrong.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::temporal {

struct Alignment {
  float scale = 1;
  float shift = 0;
};

// Sums of weighted pairs of values.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  void add(double a, double b, double w) {
    n += w, x += w * a, y += w * b, xx += w * a * a, xy += w * a * b, yy += w * b * b;
  }
  void add(const Moments& other) {
    n += other.n, x += other.x, y += other.y;
    xx += other.xx, xy += other.xy, yy += other.yy;
  }
};

// x = scale * y + shift, where y's noise has noise_ratio times the variance of x's. Scale is not
// above 0 if the pairs say too little.
[[nodiscard]] Alignment line_through(const Moments& pairs, bool with_shift, double noise_ratio);

struct AlignmentOptions {
  bool with_shift = true;   // else the shift is 0
  double noise_ratio = 10;  // variance of the map's noise over that of the reference's
};

// scale * map + shift is nearest to reference where weight (0 to 1) says so, in relative terms. All
// of one size; NaN is left out. Identity if too little is known or the answer is beyond a factor of
// two. Values up to 1e18, in single precision. Any thread.
[[nodiscard]] Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference,
                              const cv::Mat1f& weight, const AlignmentOptions& options = {});

}  // namespace relievo::temporal
