#include "core/quality/shot_depths.hpp"

#include <algorithm>
#include <cmath>

#include <relievo/sdk/subject_depth.hpp>

#include "core/metrics/percentile.hpp"

namespace relievo::quality {
namespace {

constexpr int kAcross = 64;  // samples of a map
constexpr int kDown = 36;
constexpr double kUnknownRate = 24.0;

Plane<const float> map_of(const Frame& depth) {
  auto map = depth.plane<const float>(0);
  const auto info = depth.info();
  map.width = std::min(map.width, info.width);
  map.height = std::min(map.height, info.height);
  return map;
}

std::vector<float> samples_of(const Plane<const float>& map, std::uint32_t semantic) {
  std::vector<float> samples;
  for (int j = 0; j < kDown; ++j)
    for (int i = 0; i < kAcross; ++i)
      samples.push_back(inverse_depth(
          map.at((2 * i + 1) * map.width / (2 * kAcross), (2 * j + 1) * map.height / (2 * kDown)),
          semantic));
  return samples;
}

double seconds_of(const rlv_frame_info& info) {
  if (info.pts == RLV_NO_PTS || info.timebase_den <= 0)
    return static_cast<double>(info.index) / kUnknownRate;
  return static_cast<double>(info.pts) * info.timebase_num / info.timebase_den;
}

double duration_of(const rlv_frame_info& info) {
  if (info.duration == RLV_NO_PTS || info.timebase_den <= 0) return 0;
  return static_cast<double>(info.duration) * info.timebase_num / info.timebase_den;
}

}  // namespace

void ShotDepthsFinder::add(const Frame& colour, const Frame& depth) {
  Waiting frame;
  frame.info = colour.info();
  frame.time_s = seconds_of(frame.info);
  semantic_ = depth.info().semantic;
  const auto map = map_of(depth);
  frame.inverse = samples_of(map, semantic_);
  frame.subject = subject_inverse_depth(colour, map, semantic_);
  range_.add(map, semantic_, frame.info.shot_id);
  waiting_.push_back(std::move(frame));
  give();
}

void ShotDepthsFinder::finish() {
  range_.finish();
  give();
}

void ShotDepthsFinder::give() {
  while (const auto scale = range_.next()) {
    record(waiting_.front(), *scale);
    waiting_.pop_front();
  }
}

void ShotDepthsFinder::record(Waiting& frame, DepthScale scale) {
  const auto normalised = [&](float inverse) {
    return std::clamp(scale.scale * inverse + scale.shift, 0.0F, 1.0F);
  };
  if (shots_.empty() || shots_.back().shot_id != frame.info.shot_id) {
    shots_.emplace_back();
    shots_.back().shot_id = frame.info.shot_id;
    shots_.back().transition = frame.info.transition;
    shots_.back().begin_s = frame.time_s;
  }
  auto& shot = shots_.back();
  ++shot.frames;
  shot.end_s = frame.time_s + duration_of(frame.info);
  for (auto& value : frame.inverse) value = normalised(value);
  const double one = 1.0 / static_cast<double>(frame.inverse.size());
  for (const auto v : frame.inverse) {
    const auto bin = static_cast<std::size_t>(v * static_cast<float>(ShotDepths::kBins));
    shot.histogram[std::min(bin, ShotDepths::kBins - 1)] += one;
  }
  const float subject = normalised(frame.subject);
  shot.subjects.push_back(subject);
  if (scale.scale > 0.0F) {
    shot.lows.push_back(-scale.shift / scale.scale);
    shot.highs.push_back((1.0F - scale.shift) / scale.scale);
  }
  const std::span<const float> values(frame.inverse);
  const DepthMoment moment{frame.time_s, metrics::percentile(values, 1), subject,
                           metrics::percentile(values, 99), 1};
  if (!moments_.empty() && moments_.back().frames < merged_) {
    auto& last = moments_.back();
    const double share = 1.0 / ++last.frames;
    last.far += share * (moment.far - last.far);
    last.subject += share * (moment.subject - last.subject);
    last.near += share * (moment.near - last.near);
    return;
  }
  if (moments_.size() == kMostMoments) merge_moments();
  moments_.push_back(moment);
}

// Each two become one: a plot of a long film has no room for every frame.
void ShotDepthsFinder::merge_moments() {
  for (std::size_t i = 0; i + 1 < moments_.size(); i += 2) {
    const auto &a = moments_[i], &b = moments_[i + 1];
    moments_[i / 2] = {a.time_s, 0.5 * (a.far + b.far), 0.5 * (a.subject + b.subject),
                       0.5 * (a.near + b.near), a.frames + b.frames};
  }
  moments_.resize(moments_.size() / 2);
  merged_ *= 2;
}

}  // namespace relievo::quality
