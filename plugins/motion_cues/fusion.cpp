#include "fusion.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "statistics.hpp"

namespace relievo::motion_cues {
namespace {

// Variance below which no single measurement goes: pairs overlap, and their errors are alike.
constexpr float kLeastVariance = 0.02F * 0.02F;

// 0 to 0.75 unchanged, beyond it ever flatter towards 1: what comes very near stays in range.
float knee(float value) {
  constexpr float kBend = 0.75F;
  if (value <= kBend) return std::max(value, 0.0F);
  const float over = (value - kBend) / (1 - kBend);
  return kBend + (1 - kBend) * over / (1 + over);
}

}  // namespace

void fuse(DepthState& state, const Measurement& seen) {
  const bool first = !state.measured;
  cv::parallel_for_({0, seen.inverse.rows}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < seen.inverse.cols; ++x) {
        if (seen.variance(y, x) >= kUnknown) continue;
        auto& inverse = state.inverse(y, x);
        auto& variance = state.variance(y, x);
        const float new_variance = seen.variance(y, x) + kLeastVariance;
        if (first) {
          inverse = seen.inverse(y, x);
          variance = new_variance;
          continue;
        }
        const float difference = seen.inverse(y, x) - inverse;
        const float doubt = 0.1F * difference * difference;
        const float old_variance = variance + doubt;
        const float gain = old_variance / (old_variance + new_variance + doubt);
        inverse += gain * difference;
        variance = std::max((1 - gain) * old_variance, 0.3F * kLeastVariance);
      }
    }
  });
  state.measured = true;
}

void CueFit::update(const cv::Mat1f& cues, const DepthState& state) {
  double n = 0, sp = 0, sv = 0, spp = 0, spv = 0, svv = 0;
  constexpr int kStep = 3;
  for (int y = 1; y < cues.rows; y += kStep) {
    for (int x = 1; x < cues.cols; x += kStep) {
      if (state.variance(y, x) > 0.1F) continue;
      const double w = 1 / (0.01 + state.variance(y, x));
      const double p = cues(y, x);
      const double v = state.inverse(y, x);
      n += w;
      sp += w * p;
      sv += w * v;
      spp += w * p * p;
      spv += w * p * v;
      svv += w * v * v;
    }
  }
  if (n <= 0) return;
  const double vp = spp / n - sp * sp / n / n;
  const double vv = svv / n - sv * sv / n / n;
  const double both = spv / n - sp * sv / n / n;
  const double gain = vp > 1e-6 ? std::max(0.0, both / vp) : 0.0;
  const double share = fitted_ ? 0.1 : 1.0;
  gain_ += share * (gain - gain_);
  shift_ += share * (sv / n - gain * sp / n - shift_);
  variance_ += share * (std::max(vv - gain * both, 0.002) - variance_);
  fitted_ = true;
}

WeightedDepth CueFit::blend(const cv::Mat1f& cues, const DepthState& state) const {
  WeightedDepth result{cv::Mat1f(cues.size()), cv::Mat1f(cues.size())};
  // The cues' errors go together over wide parts of the picture: they count as a quarter.
  const auto guessed = static_cast<float>(0.25 / variance_);
  const auto gain = static_cast<float>(gain_);
  const auto shift = static_cast<float>(shift_);
  for (int y = 0; y < cues.rows; ++y) {
    for (int x = 0; x < cues.cols; ++x) {
      const float known = 1 / state.variance(y, x);
      const float guess = gain * cues(y, x) + shift;
      result.weight(y, x) = known + guessed;
      result.inverse(y, x) = (known * state.inverse(y, x) + guessed * guess) / (known + guessed);
    }
  }
  return result;
}

void stand(WeightedDepth& depth, const cv::Mat1f& supported) {
  // Feet are found to within some pixels: most of the way, not all of it.
  constexpr float kShare = 0.7F;
  for (int y = 0; y < supported.rows; ++y) {
    for (int x = 0; x < supported.cols; ++x) {
      if (supported(y, x) < 0) continue;
      depth.inverse(y, x) += kShare * (supported(y, x) - depth.inverse(y, x));
      depth.weight(y, x) *= 4;
    }
  }
}

void OutputRange::apply(cv::Mat1f& inverse) {
  // Room for things to come two and a half times as near before the range has to give way.
  constexpr double kFirstNear = 0.4;
  const double near = quantile_of(inverse, 0.95);
  if (scale_ <= 0) scale_ = near > 1e-6 ? kFirstNear / near : 1.0;
  if (near * scale_ > 1.0) scale_ *= 0.99;
  if (near * scale_ < 0.1) scale_ *= 1.01;
  const auto scale = static_cast<float>(scale_);
  for (auto& v : inverse) v = knee(scale * v);
}

}  // namespace relievo::motion_cues
