#include "core/media/read/timestamps.hpp"

#include <algorithm>

namespace relievo::media {
namespace {

// A step back by more pictures than any decoder reorders is a new time line, not a misplaced one.
constexpr std::int64_t kReorderedPictures = 32;

// Far below the range of int64, so that sums cannot overflow.
constexpr std::int64_t kLargest = std::int64_t{1} << 61;

}  // namespace

TimeRepair::TimeRepair(std::int64_t nominal_duration, std::int64_t latest_plausible)
    : nominal_duration_(std::max<std::int64_t>(1, nominal_duration)),
      latest_plausible_(std::min(latest_plausible, kLargest)) {}

TimeRepair::Times TimeRepair::next(std::optional<std::int64_t> pts, std::int64_t duration) {
  if (duration <= 0 || duration > kLargest) duration = nominal_duration_;
  if (pts && (*pts > latest_plausible_ || *pts < -kLargest)) pts.reset();
  if (first_) {
    if (!pts) ++repaired_;
    last_ = pts.value_or(0);
    first_ = false;
  } else if (!pts) {
    ++repaired_;
    last_ = expected();
  } else {
    auto moved = *pts + offset_;
    if (moved <= last_) {
      ++repaired_;
      if (last_ - moved > kReorderedPictures * nominal_duration_) {
        offset_ += expected() - moved;
        moved = expected();
      } else {
        moved = last_ + 1;
      }
    }
    last_ = moved;
  }
  last_duration_ = duration;
  return {last_, duration};
}

}  // namespace relievo::media
