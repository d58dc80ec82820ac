#include <relievo/sdk/depth_range.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <relievo/plugin.h>

namespace relievo {
namespace {

// Enough pixels for percentiles that are steady to a fraction of a percent, few enough to cost
// nothing.
constexpr std::int64_t kSampleTarget = 32768;

float percentile(std::vector<float>& values, double percent) {
  const auto last = static_cast<double>(values.size() - 1);
  const auto index = static_cast<std::ptrdiff_t>(std::lround(percent / 100.0 * last));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

}  // namespace

float inverse_depth(float value, std::uint32_t semantic) {
  if (!std::isfinite(value)) return 0.0F;
  if (semantic != RLV_SEM_METRES) return value;
  return value > 0.0F ? 1.0F / value : 0.0F;
}

DepthRange::Range DepthRange::measure(const Plane<const float>& depth, std::uint32_t semantic) {
  const std::int64_t pixels = std::int64_t{depth.width} * depth.height;
  const auto step = std::max<std::int32_t>(
      1, static_cast<std::int32_t>(std::sqrt(static_cast<double>(pixels) / kSampleTarget)));
  sample_.clear();
  for (std::int32_t y = step / 2; y < depth.height; y += step)
    for (std::int32_t x = step / 2; x < depth.width; x += step)
      sample_.push_back(inverse_depth(depth.at(x, y), semantic));
  const double low = percentile(sample_, options_.low_percentile);
  const double high = percentile(sample_, options_.high_percentile);
  return {low, high};
}

DepthScale DepthRange::update(const Plane<const float>& depth, std::uint32_t semantic,
                              std::int64_t shot_id) {
  const auto now = measure(depth, semantic);
  if (!range_ || shot_id != shot_id_) {
    range_ = now;
  } else {
    range_->low += options_.adaptation * (now.low - range_->low);
    range_->high += options_.adaptation * (now.high - range_->high);
  }
  shot_id_ = shot_id;
  const double span = range_->high - range_->low;
  // A flat depth: any scale would blow its noise up to the full range.
  if (!(span > 1e-6 * std::max(std::abs(range_->low), std::abs(range_->high)))) return {0.0F, 0.5F};
  return {static_cast<float>(1.0 / span), static_cast<float>(-range_->low / span)};
}

}  // namespace relievo
