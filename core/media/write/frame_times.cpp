#include "core/media/write/frame_times.hpp"

#include <algorithm>
#include <cstddef>

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace {

// More pictures than any codec here keeps back for reordering (H.264 and HEVC: 16).
constexpr std::int64_t kMostReordered = 16;

}  // namespace

std::int64_t FrameTimes::add(std::int64_t pts, std::int64_t duration) {
  const auto count = base_ + static_cast<std::int64_t>(entries_.size());
  if (count == 0) first_pts_ = pts;
  entries_.push_back({pts, duration});
  return count;
}

FrameTimes::Times FrameTimes::take(std::int64_t count, std::int64_t dts_count) {
  const auto known = base_ + static_cast<std::int64_t>(entries_.size());
  if (count < base_ || count >= known)
    fail(RLV_E_INTERNAL, "the encoder gave out frame ", count, ", which it never got");
  // x265 leaves its delay unset, and so its dts at any value, for a film that is shorter than that.
  if (dts_count < taken_ - 2 * kMostReordered) {
    if (made_up_delay_ < 0) made_up_delay_ = std::min(kMostReordered, known - 1);
    dts_count = taken_ - made_up_delay_;
  }
  ++taken_;
  dts_count = std::min(dts_count, count);
  const auto& frame = entries_[static_cast<std::size_t>(count - base_)];
  const auto dts = dts_count < 0
                       ? first_pts_ + dts_count * step_
                       : entries_[static_cast<std::size_t>(std::max(dts_count, base_) - base_)].pts;
  const Times times{frame.pts, dts, frame.duration};
  // No later packet can be shown before this one is decoded.
  for (; base_ < dts_count; ++base_) entries_.pop_front();
  return times;
}

}  // namespace relievo::media
