#include "core/media/write/time_joints.hpp"

#include <algorithm>

namespace relievo::media {
namespace {

// More than decoders reorder and than muxers misplace.
constexpr std::int64_t kJump = 1'000'000;

}  // namespace

TimeJoints::TimeJoints(std::size_t streams, int video_stream)
    : streams_(streams), video_(video_stream) {}

std::size_t TimeJoints::arrive(int stream, std::int64_t dts, std::int64_t pts,
                               std::int64_t duration) {
  auto& s = streams_.at(static_cast<std::size_t>(stream));
  if (s.last != INT64_MIN && dts < s.last - kJump) {
    s.joint_end = s.end + shift(s.part).value_or(shifts_.back());
    s.joint_begin = pts;
    s.last = s.end = INT64_MIN;
    ++s.part;
    if (stream == video_ && s.part >= shifts_.size()) shifts_.push_back(s.joint_end - pts);
  }
  s.last = std::max(s.last, dts);
  s.end = std::max(s.end, pts + duration);
  return s.part;
}

std::optional<std::int64_t> TimeJoints::shift(std::size_t part) const {
  if (part >= shifts_.size()) return std::nullopt;
  return shifts_[part];
}

void TimeJoints::guess(int stream) {
  const auto& s = streams_.at(static_cast<std::size_t>(stream));
  while (shifts_.size() <= s.part) shifts_.push_back(s.joint_end - s.joint_begin);
}

}  // namespace relievo::media
