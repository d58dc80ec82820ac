#include "alignment.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace relievo::temporal {
namespace {

struct Sample {
  double map, reference, weight;
};

// Slope of y over x where y's noise has `ratio` times the variance of x's (Deming, 1943). Least
// squares would take the noise of x for contrast and flatten y a little in every frame.
double deming(double xx, double xy, double yy, double ratio) {
  const double gap = yy - ratio * xx;
  return (gap + std::sqrt(gap * gap + 4 * ratio * xy * xy)) / (2 * xy);
}

}  // namespace

Alignment line_through(const Moments& m, bool with_shift, double noise_ratio) {
  const double xx = m.xx - m.x * m.x / m.n, xy = m.xy - m.x * m.y / m.n;
  const double yy = m.yy - m.y * m.y / m.n;
  // y = slope * x + offset
  double slope = 0, offset = 0;
  if (with_shift && xx > 1e-6 * m.xx && xy > 0) {
    slope = deming(xx, xy, yy, noise_ratio);
    offset = (m.y - slope * m.x) / m.n;
  } else {
    if (!(m.xy > 0)) return {0, 0};
    slope = deming(m.xx, m.xy, m.yy, noise_ratio);
  }
  return {static_cast<float>(1 / slope), static_cast<float>(-offset / slope)};
}

Alignment align(const cv::Mat1f& map, const cv::Mat1f& reference, const cv::Mat1f& weight,
                const AlignmentOptions& options) {
  constexpr int kStep = 4;
  constexpr std::size_t kFewest = 16;
  constexpr double kSettled = 1e-5;  // relative
  std::vector<Sample> samples;
  double level = 0;
  for (int row = 0; row < map.rows; row += kStep) {
    for (int column = 0; column < map.cols; column += kStep) {
      const double a = map(row, column), b = reference(row, column), w = weight(row, column);
      if (!(w > 0.1) || !std::isfinite(a) || !std::isfinite(b)) continue;
      samples.push_back({a, b, w});
      level += std::abs(b);
    }
  }
  if (samples.size() < kFewest) return {};
  // Noise of depth is about proportional to inverse depth: relative errors count, but for what is
  // very far.
  const double floor = 0.2 * level / static_cast<double>(samples.size());
  for (auto& sample : samples)
    sample.weight /= sample.reference * sample.reference + floor * floor + 1e-30;

  double scale = 1, shift = 0;
  std::vector<double> errors(samples.size());
  for (int round = 0; round < 10; ++round) {
    // From the identity on, what is far from the typical error counts little: a plain first fit
    // would follow the wrong part.
    const auto error_of = [&](const Sample& sample) {
      const double error = scale * sample.map + shift - sample.reference;
      return error * error / (sample.reference * sample.reference + floor * floor + 1e-30);
    };
    std::transform(samples.begin(), samples.end(), errors.begin(), error_of);
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    const double spread = *middle + 1e-12;
    Moments m;
    for (const auto& sample : samples)
      m.add(sample.reference, sample.map, sample.weight / (1 + error_of(sample) / spread));
    const auto fit = line_through(m, options.with_shift, options.noise_ratio);
    if (!(fit.scale > 0)) return {};
    const double change = std::abs(fit.scale / scale - 1) + std::abs(fit.shift - shift) / floor;
    scale = fit.scale;
    shift = fit.shift;
    if (change < kSettled) break;
  }
  if (!(scale > 0.5 && scale < 2)) return {};
  return {static_cast<float>(scale), static_cast<float>(shift)};
}

}  // namespace relievo::temporal
