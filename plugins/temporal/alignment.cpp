#include "alignment.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::temporal {

Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference, const cv::Mat1f& weight,
                bool with_shift) {
  constexpr int kStep = 4;
  double scale = 1, shift = 0, spread = 0;
  for (int round = 0; round < 6; ++round) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, rest = 0;
    for (int row = 0; row < map.rows; row += kStep) {
      for (int column = 0; column < map.cols; column += kStep) {
        const double a = map(row, column), b = reference(row, column);
        double w = weight(row, column);
        if (!(w > 0) || !std::isfinite(a) || !std::isfinite(b)) continue;
        const double error = scale * a + shift - b;
        if (round > 0) w /= 1 + error * error / (spread * spread + 1e-18);
        n += w, x += w * a, y += w * b, xx += w * a * a, xy += w * a * b;
        rest += w * std::abs(error);
      }
    }
    if (n < 16 || xx <= 0) return {};
    const double variance = xx - x * x / n;
    if (with_shift && variance > 1e-6 * xx) {
      scale = (xy - x * y / n) / variance;
      shift = (y - scale * x) / n;
    } else {
      scale = xy / xx;
      shift = 0;
    }
    spread = rest / n;
  }
  if (!(scale > 0.5 && scale < 2)) return {};
  return {static_cast<float>(scale), static_cast<float>(shift)};
}

}  // namespace relievo::temporal
