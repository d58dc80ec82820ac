#include "estimator.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cues.hpp"
#include "edge_aware.hpp"
#include "ground.hpp"
#include "moving_objects.hpp"

namespace relievo::motion_cues {
namespace {

constexpr int kLongest = 8;  // frames between the two of a pair

// Inverse depth at a share of the pixels, from every few of them.
double quantile_of(const cv::Mat1f& map, double share) {
  std::vector<float> values;
  constexpr int kStep = 3;
  for (int y = kStep / 2; y < map.rows; y += kStep)
    for (int x = kStep / 2; x < map.cols; x += kStep) values.push_back(map(y, x));
  if (values.empty()) return map(0, 0);
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

double median_length(const cv::Mat2f& flow) {
  cv::Mat1f lengths(flow.size());
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x) lengths(y, x) = std::hypot(flow(y, x)[0], flow(y, x)[1]);
  return quantile_of(lengths, 0.5);
}

// 0 to 0.75 unchanged, beyond it ever flatter towards 1: what comes very near stays in range.
float knee(float value) {
  constexpr float kBend = 0.75F;
  if (value <= kBend) return std::max(value, 0.0F);
  const float over = (value - kBend) / (1 - kBend);
  return kBend + (1 - kBend) * over / (1 + over);
}

}  // namespace

void Estimator::start_shot() {
  const auto options = options_;
  pictures_.clear();
  next_ = 0;
  age_ = 0;
  state_ = {};
  prior_.release();
  supported_.release();
  last_motion_ = {};
  ground_.reset();
  flow_per_frame_ = parallax_per_frame_ = 0;
  prior_gain_ = 1;
  prior_shift_ = 0;
  prior_variance_ = 0;
  prior_fitted_ = false;
  output_scale_ = 0;
  turn_forward_ = true;
  options_ = options;
}

void Estimator::add(Picture picture) {
  Known known{std::move(picture), {}};
  pictures_.push_back(std::move(known));
}

double Estimator::focal() const {
  // Unknown: 53 degrees across the longer side, between a phone's and a film's usual lens.
  const auto& luma = pictures_.front().picture.luma;
  return options_.focal_px > 0 ? options_.focal_px : std::max(luma.cols, luma.rows);
}

cv::Mat1f Estimator::next() {
  auto& current = pictures_[static_cast<std::size_t>(next_)];
  const auto& luma = current.picture.luma;
  // The cues change slowly, and take a tenth of the time: not every frame.
  constexpr int kCueInterval = 4;
  if (age_ % kCueInterval == 0) {
    cues_ = fused_cues(current.picture, options_.bend);
    cues_ *= kNearEnd / 0.9;  // so that its near end is the state's
  }
  const bool has_flow = std::min(luma.cols, luma.rows) >= FlowEstimator::kSmallestSide;
  if (age_ == 0) {
    prior_ = cues_.clone();
    state_ = {prior_.clone(), cv::Mat1f(luma.size(), kUnknown), false};
  } else if (has_flow) {
    predict();
  }
  if (age_ > 0) prior_ += 0.1 * (cues_ - prior_);

  if (has_flow && pictures_.size() > 1) {
    current.texture = measure_texture(luma);
    supported_.release();
    if (age_ == 0)
      look_at_start();
    else
      look(choose_other());
  }
  auto result = finished();
  ++next_;
  ++age_;
  while (next_ > kLongest) {
    pictures_.pop_front();
    --next_;
  }
  return result;
}

void Estimator::predict() {
  const auto& now = pictures_[static_cast<std::size_t>(next_)].picture.luma;
  const auto& before = pictures_[static_cast<std::size_t>(next_ - 1)].picture.luma;
  const auto flow = flow_.coarse(now, before);
  const auto miss = mismatch(now, before, flow);
  cv::Mat together;
  cv::merge(std::vector<cv::Mat>{prior_, state_.inverse, state_.variance}, together);
  std::vector<cv::Mat> carried;
  cv::split(carried_along(together, flow), carried);
  prior_ = carried[0];
  state_.inverse = carried[1];
  state_.variance = carried[2];
  if (!state_.measured) return;
  // A step ahead brings points nearer: 1 / (Z - dz).
  const auto ahead = static_cast<float>(-last_motion_.step[2]);
  constexpr float kDrift = 0.01F;  // standard deviation that a frame adds
  cv::parallel_for_({0, flow.rows}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < flow.cols; ++x) {
        auto& inverse = state_.inverse(y, x);
        auto& variance = state_.variance(y, x);
        inverse /= std::max(1 - inverse * ahead, 0.5F);
        const float from_x = static_cast<float>(x) + flow(y, x)[0];
        const float from_y = static_cast<float>(y) + flow(y, x)[1];
        const bool outside = from_x < 0 || from_y < 0 ||
                             from_x > static_cast<float>(flow.cols - 1) ||
                             from_y > static_cast<float>(flow.rows - 1);
        const float wrong = 0.01F * miss(y, x);  // uncovered, or the flow failed
        variance =
            outside ? kUnknown : std::min(variance + kDrift * kDrift + wrong * wrong, kUnknown);
      }
    }
  });
}

int Estimator::choose_other() const {
  // Far enough apart for parallax, near enough for the flow to follow.
  constexpr double kWantedParallax = 5;  // pixels
  const auto& luma = pictures_.front().picture.luma;
  const double most_flow = 0.06 * std::max(luma.cols, luma.rows);
  double apart = kLongest;
  if (parallax_per_frame_ > 0) apart = std::min(apart, kWantedParallax / parallax_per_frame_);
  if (flow_per_frame_ > 0) apart = std::min(apart, most_flow / flow_per_frame_);
  const int wanted = std::max(1, static_cast<int>(std::lround(apart)));
  const int last = std::min(static_cast<int>(pictures_.size()) - 1, next_ + options_.look_ahead);
  const int ahead = std::min(wanted, last - next_);
  const int behind = std::min(wanted, next_);
  // In turn, so that what one side hides the other shows.
  const bool forward = ahead > behind || (ahead == behind && !turn_forward_);
  return forward ? next_ + ahead : next_ - behind;
}

void Estimator::look_at_start() {
  const int last = std::min(static_cast<int>(pictures_.size()) - 1, options_.look_ahead);
  if (last < 1) return;
  // How fast things go, then the widest pair that the flow can follow, then one half as wide.
  const auto& luma = pictures_.front().picture.luma;
  const auto flow = flow_.coarse(luma, pictures_[1].picture.luma);
  flow_per_frame_ = median_length(flow);
  const double most = 0.06 * std::max(luma.cols, luma.rows);
  const int widest = std::clamp(static_cast<int>(most / std::max(flow_per_frame_, 1e-3)), 1, last);
  look(widest);
  if (widest > 1) look(widest / 2);
}

void Estimator::look(int other) {
  const auto& current = pictures_[static_cast<std::size_t>(next_)];
  const auto& partner = pictures_[static_cast<std::size_t>(other)];
  const int apart = other - next_;
  const auto flow = flow_.fine(current.picture.luma, partner.picture.luma);
  const PairOfFrames frames{current.picture.luma, partner.picture.luma, current.texture, focal()};
  const auto seen = measure(frames, flow, state_);
  const double per_frame = 1.0 / std::abs(apart);
  const double share = age_ == 0 ? 1.0 : 0.3;
  flow_per_frame_ += share * (seen.flow_px * per_frame - flow_per_frame_);
  if (seen.has_depth) {
    parallax_per_frame_ += share * (seen.parallax_px * per_frame - parallax_per_frame_);
    last_motion_.step = seen.motion.step * (1.0 / apart);
    turn_forward_ = apart > 0;
    fuse(seen, 0.02 * 0.02);
  } else {
    // It goes on as it did, if it moves at all.
    constexpr double kStill = 0.2;  // pixels over the pair
    last_motion_.step *= seen.flow_px < kStill ? 0.0 : 0.95;
  }
  if (seen.moving.empty()) return;
  cv::Mat1b moving = seen.moving;
  if (state_.measured) {
    if (const auto ground = find_ground(state_))
      cv::bitwise_or(moving, beneath(*ground, state_), moving);
  }
  supported_ = supported_depth(moving, state_.inverse);
}

void Estimator::fuse(const Measurement& seen, double least_variance) {
  const bool first = !state_.measured;
  const auto least = static_cast<float>(least_variance);
  cv::parallel_for_({0, seen.inverse.rows}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < seen.inverse.cols; ++x) {
        auto& inverse = state_.inverse(y, x);
        auto& variance = state_.variance(y, x);
        const float new_variance = seen.variance(y, x) + least;
        if (seen.variance(y, x) >= kUnknown) continue;
        if (first) {
          inverse = seen.inverse(y, x);
          variance = new_variance;
          continue;
        }
        const float difference = seen.inverse(y, x) - inverse;
        // A surprise makes both less certain.
        const float doubt = 0.1F * difference * difference;
        const float old_variance = variance + doubt;
        const float gain = old_variance / (old_variance + new_variance + doubt);
        inverse += gain * difference;
        variance = std::max((1 - gain) * old_variance, 0.3F * least);
      }
    }
  });
  state_.measured = true;
}

cv::Mat1f Estimator::finished() {
  cv::Mat1f value;
  cv::Mat1f weight(prior_.size(), 1.0F);
  const auto& luma = pictures_[static_cast<std::size_t>(next_)].picture.luma;
  if (!state_.measured) {
    value = prior_.clone();
    state_.inverse = prior_.clone();
  } else {
    // The cues in the units of the parallax, by a line through both where both are known.
    double n = 0, sp = 0, sv = 0, spp = 0, spv = 0, svv = 0;
    constexpr int kStep = 3;
    for (int y = 1; y < prior_.rows; y += kStep) {
      for (int x = 1; x < prior_.cols; x += kStep) {
        if (state_.variance(y, x) > 0.1F) continue;
        const double w = 1 / (0.01 + state_.variance(y, x));
        const double p = prior_(y, x), v = state_.inverse(y, x);
        n += w;
        sp += w * p;
        sv += w * v;
        spp += w * p * p;
        spv += w * p * v;
        svv += w * v * v;
      }
    }
    if (n > 0) {
      const double vp = spp / n - sp * sp / n / n;
      const double vv = svv / n - sv * sv / n / n;
      const double both = spv / n - sp * sv / n / n;
      const double gain = vp > 1e-6 ? std::max(0.0, both / vp) : 0.0;
      const double shift = sv / n - gain * sp / n;
      const double rest = std::max(vv - gain * both, 0.002);
      const double share = prior_fitted_ ? 0.1 : 1.0;
      prior_gain_ += share * (gain - prior_gain_);
      prior_shift_ += share * (shift - prior_shift_);
      prior_variance_ += share * (rest - prior_variance_);
      prior_fitted_ = true;
    }
    value.create(prior_.size());
    for (int y = 0; y < value.rows; ++y) {
      for (int x = 0; x < value.cols; ++x) {
        const auto guess = static_cast<float>(prior_gain_ * prior_(y, x) + prior_shift_);
        const float known = 1 / state_.variance(y, x);
        const auto guessed = static_cast<float>(0.25 / prior_variance_);
        value(y, x) = (known * state_.inverse(y, x) + guessed * guess) / (known + guessed);
        weight(y, x) = known + guessed;
      }
    }
  }
  if (!supported_.empty()) {
    for (int y = 0; y < value.rows; ++y) {
      for (int x = 0; x < value.cols; ++x) {
        if (supported_(y, x) < 0) continue;
        auto& v = value(y, x);
        v += 0.7F * (supported_(y, x) - v);
        weight(y, x) = std::max(weight(y, x), 4 * weight(y, x));
      }
    }
  }
  const double reach = 0.03 * std::max(luma.cols, luma.rows);
  auto smooth = smoothed(value, weight, luma, std::max(reach, 1.0), 12);
  const double near = quantile_of(smooth, 0.95);
  if (output_scale_ <= 0) output_scale_ = near > 1e-6 ? 0.55 / near : 1.0;
  if (near * output_scale_ > 0.85) output_scale_ *= 0.99;
  if (near * output_scale_ < 0.15) output_scale_ *= 1.01;
  const auto scale = static_cast<float>(output_scale_);
  for (auto& v : smooth) v = knee(scale * v);
  return smooth;
}

}  // namespace relievo::motion_cues
