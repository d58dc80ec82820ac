#include "core/metrics/depth_agreement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace relievo::metrics {
namespace {

// Ranks from 0, equal values sharing their mean.
std::vector<double> ranks(const std::vector<float>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    const double shared = 0.5 * static_cast<double>(i + end - 1);
    for (; i < end; ++i) result[order[i]] = shared;
  }
  return result;
}

}  // namespace

void Aligner::add(std::span<const float> predicted, std::span<const float> truth) {
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!std::isfinite(truth[i]) || truth[i] < floor_) continue;
    const double p = predicted[i];
    const double t = truth[i];
    n_ += 1;
    p_ += p;
    t_ += t;
    pp_ += p * p;
    pt_ += p * t;
  }
}

Alignment Aligner::best() const {
  if (n_ == 0) return {};
  const double variance = pp_ / n_ - p_ * p_ / n_ / n_;
  const double both = pt_ / n_ - p_ * t_ / n_ / n_;
  const double scale = variance > 1e-12 ? std::max(0.0, both / variance) : 0.0;
  return {scale, t_ / n_ - scale * p_ / n_};
}

double abs_rel(std::span<const float> predicted, std::span<const float> truth,
               const Alignment& alignment, float floor) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!std::isfinite(truth[i]) || truth[i] < floor) continue;
    const double aligned =
        std::max(alignment.scale * predicted[i] + alignment.shift, static_cast<double>(floor));
    sum += std::abs(aligned - truth[i]) / truth[i];
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

double share_within(std::span<const float> predicted, std::span<const float> truth,
                    const Alignment& alignment, double factor, float floor) {
  std::size_t within = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!std::isfinite(truth[i]) || truth[i] < floor) continue;
    const double aligned =
        std::max(alignment.scale * predicted[i] + alignment.shift, static_cast<double>(floor));
    const double ratio = aligned / truth[i];
    if (std::max(ratio, 1 / ratio) <= factor) ++within;
    ++count;
  }
  return count > 0 ? static_cast<double>(within) / static_cast<double>(count) : 0;
}

double rank_correlation(std::span<const float> predicted, std::span<const float> truth) {
  std::vector<float> a, b;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!std::isfinite(truth[i]) || truth[i] < 0) continue;
    a.push_back(predicted[i]);
    b.push_back(truth[i]);
  }
  if (a.empty()) return 0;
  const auto ra = ranks(a);
  const auto rb = ranks(b);
  const double mean = 0.5 * static_cast<double>(a.size() - 1);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < ra.size(); ++i) {
    ab += (ra[i] - mean) * (rb[i] - mean);
    aa += (ra[i] - mean) * (ra[i] - mean);
    bb += (rb[i] - mean) * (rb[i] - mean);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

std::vector<float> resampled(std::span<const float> map, int width, int height, int new_width,
                             int new_height) {
  std::vector<float> result(static_cast<std::size_t>(new_width) * new_height);
  const double step_x = static_cast<double>(width) / new_width;
  const double step_y = static_cast<double>(height) / new_height;
  for (int y = 0; y < new_height; ++y) {
    const double fy = std::clamp((y + 0.5) * step_y - 0.5, 0.0, height - 1.0);
    const int y0 = static_cast<int>(fy);
    const int y1 = std::min(y0 + 1, height - 1);
    for (int x = 0; x < new_width; ++x) {
      const double fx = std::clamp((x + 0.5) * step_x - 0.5, 0.0, width - 1.0);
      const int x0 = static_cast<int>(fx);
      const int x1 = std::min(x0 + 1, width - 1);
      const auto at = [&](int row, int column) {
        return static_cast<double>(map[static_cast<std::size_t>(row) * width + column]);
      };
      const double tx = fx - x0;
      const double top = at(y0, x0) + tx * (at(y0, x1) - at(y0, x0));
      const double bottom = at(y1, x0) + tx * (at(y1, x1) - at(y1, x0));
      result[static_cast<std::size_t>(y) * new_width + x] =
          static_cast<float>(top + (fy - y0) * (bottom - top));
    }
  }
  return result;
}

double median(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double slope(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double sxy = 0, sxx = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - 0.5 * (n - 1);
    sxy += x * values[i];
    sxx += x * x;
  }
  return sxx > 0 ? sxy / sxx : 0;
}

}  // namespace relievo::metrics
