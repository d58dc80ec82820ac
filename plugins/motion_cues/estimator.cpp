#include "estimator.hpp"

#include <algorithm>
#include <cmath>

#include "cues.hpp"
#include "edge_aware.hpp"
#include "ground.hpp"
#include "moving_objects.hpp"
#include "statistics.hpp"
#include "temporal.hpp"

namespace relievo::motion_cues {
namespace {

constexpr float kCueScale = kNearEnd / 0.9;  // brings the cues' near end to the state's
constexpr int kLongest = 8;                  // frames between the two of a pair

double median_length(const cv::Mat2f& flow) {
  cv::Mat1f lengths(flow.size());
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x) lengths(y, x) = std::hypot(flow(y, x)[0], flow(y, x)[1]);
  return quantile_of(lengths, 0.5);
}

}  // namespace

void Estimator::add(Picture picture) {
  pictures_.push_back({std::move(picture), {}});
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
    cues_ *= kCueScale;
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
  carry(state_, prior_, flow, miss, -last_motion_.step[2]);
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
  // How fast things go, then the widest pair that the flow can follow.
  const auto& luma = pictures_.front().picture.luma;
  const auto flow = flow_.coarse(luma, pictures_[1].picture.luma);
  flow_per_frame_ = median_length(flow);
  const double most = 0.06 * std::max(luma.cols, luma.rows);
  const int widest = std::clamp(static_cast<int>(most / std::max(flow_per_frame_, 1e-3)), 1, last);
  // A shot's first frame has no past to lean on: several views of it.
  for (const int apart : {widest, widest / 2, 3 * widest / 4, widest - 1, widest / 4})
    if (apart >= 1) look(apart);
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
    fuse(state_, seen);
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

cv::Mat1f Estimator::finished() {
  const auto& luma = pictures_[static_cast<std::size_t>(next_)].picture.luma;
  WeightedDepth depth;
  // Without parallax only what the cues make of the plain ramp is smoothed: smoothing the ramp
  // itself would bend it at every edge of the picture.
  cv::Mat1f ramp;
  if (state_.measured) {
    cue_fit_.update(prior_, state_);
    depth = cue_fit_.blend(prior_, state_);
  } else {
    state_.inverse = prior_.clone();
    ramp = height_cue(prior_.size()).nearness * kCueScale;
    depth = {prior_.clone(), cv::Mat1f(prior_.size(), 1.0F)};
  }
  if (!supported_.empty()) stand(depth, supported_);
  if (!ramp.empty()) depth.inverse -= ramp;
  const double reach = std::max(1.0, 0.03 * std::max(luma.cols, luma.rows));
  constexpr double kEdge = 12;  // grey steps
  auto result = smoothed(depth.inverse, depth.weight, luma, reach, kEdge);
  if (!ramp.empty()) result += ramp;
  range_.apply(result);
  return result;
}

}  // namespace relievo::motion_cues
