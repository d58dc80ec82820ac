#include "alignment.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace relievo::temporal {

Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference, const cv::Mat1f& weight,
                bool with_shift) {
  constexpr int kStep = 4;
  double scale = 1, shift = 0;
  std::vector<double> errors;
  for (int round = 0; round < 10; ++round) {
    // From the identity on, what is far from the typical error counts little: a plain first fit
    // would follow the wrong part.
    errors.clear();
    for (int row = 0; row < map.rows; row += kStep)
      for (int column = 0; column < map.cols; column += kStep) {
        const double error = scale * map(row, column) + shift - reference(row, column);
        if (weight(row, column) > 0.1F && std::isfinite(error)) errors.push_back(std::abs(error));
      }
    if (errors.size() < 16) return {};
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    const double spread = *middle;
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int row = 0; row < map.rows; row += kStep) {
      for (int column = 0; column < map.cols; column += kStep) {
        const double a = map(row, column), b = reference(row, column);
        double w = weight(row, column);
        if (!(w > 0) || !std::isfinite(a) || !std::isfinite(b)) continue;
        const double error = scale * a + shift - b;
        w /= 1 + error * error / (spread * spread + 1e-18);
        n += w, x += w * a, y += w * b, xx += w * a * a, xy += w * a * b;
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
  }
  if (!(scale > 0.5 && scale < 2)) return {};
  return {static_cast<float>(scale), static_cast<float>(shift)};
}

}  // namespace relievo::temporal
