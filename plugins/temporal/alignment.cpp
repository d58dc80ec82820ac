#include "alignment.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace relievo::temporal {
namespace {

// Pairs of values, one array for each quantity so that compilers vectorise. First all are added,
// then they are made relative, then measured.
struct Pairs {
  std::vector<float> map, reference;
  std::vector<float> weight;
  std::vector<float> rate;  // from a squared difference to a squared relative error

  [[nodiscard]] std::size_t size() const { return map.size(); }
  void add(float a, float b, float w) {
    map.push_back(a);
    reference.push_back(b);
    weight.push_back(w);
  }
  // Noise of depth is about proportional to inverse depth: relative errors count, but for what is
  // very far, which is about as far as `floor` or farther.
  void make_relative(double floor) {
    const auto least = static_cast<float>(floor * floor + 1e-30);
    rate.resize(size());
    for (std::size_t i = 0; i < size(); ++i) {
      rate[i] = 1 / (reference[i] * reference[i] + least);
      weight[i] *= rate[i];
    }
  }
  // errors[i]: relative and squared, of the map once it is brought to the reference.
  void measure(double scale, double shift, std::vector<float>& errors) const {
    const auto grow = static_cast<float>(scale), move = static_cast<float>(shift);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      const float error = grow * map[i] + move - reference[i];
      errors[i] = error * error * rate[i];
    }
  }
};

// About the median: of a third of the values, which is enough. The step changes now and then, as
// values of a grid in steps that divide its width would be those of a few columns.
float typical(const std::vector<float>& values, std::vector<float>& part) {
  part.clear();
  for (std::size_t i = 0; i < values.size(); i += part.size() % 8 == 0 ? 4 : 3)
    part.push_back(values[i]);
  const auto middle = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
  std::nth_element(part.begin(), middle, part.end());
  return *middle;
}

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
  Pairs pairs;
  double level = 0;
  for (int row = 0; row < map.rows; row += kStep) {
    for (int column = 0; column < map.cols; column += kStep) {
      const float a = map(row, column), b = reference(row, column), w = weight(row, column);
      if (!(w > 0.1F) || !std::isfinite(a) || !std::isfinite(b)) continue;
      pairs.add(a, b, w);
      level += static_cast<double>(std::abs(b));
    }
  }
  if (pairs.size() < kFewest) return {};
  const double floor = 0.2 * level / static_cast<double>(pairs.size());
  pairs.make_relative(floor);

  double scale = 1, shift = 0;
  std::vector<float> errors(pairs.size()), part;
  for (int round = 0; round < 10; ++round) {
    // From the identity on, what is far from the typical error counts little: a plain first fit
    // would follow the wrong part.
    pairs.measure(scale, shift, errors);
    const float rate = 1 / (typical(errors, part) + 1e-12F);
    Moments m;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const float w = pairs.weight[i] / (1 + errors[i] * rate);
      m.add(static_cast<double>(pairs.reference[i]), static_cast<double>(pairs.map[i]),
            static_cast<double>(w));
    }
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
