// Times of pictures as the file states them, made to run forward: exact where they are sound,
// repaired where they are not.
#pragma once

#include <cstdint>
#include <optional>

namespace relievo::media {

// All values count units of one timebase. Not thread-safe; one per stream.
class TimeRepair {
 public:
  struct Times {
    std::int64_t pts;
    std::int64_t duration;
  };

  // nominal_duration (at least 1) stands in for durations that are missing. A pts above
  // latest_plausible is damage and counts as missing; INT64_MAX: anything may be true.
  TimeRepair(std::int64_t nominal_duration, std::int64_t latest_plausible);

  // The next picture in display order; pts nothing and duration 0 if the file does not say. A
  // missing pts follows from the picture before; one that is not later than the picture before is
  // put one unit after it; one that jumps far back (a time line that begins again) moves all that
  // follow.
  Times next(std::optional<std::int64_t> pts, std::int64_t duration);

  // How many pts were not taken as stated.
  [[nodiscard]] std::int64_t repaired() const { return repaired_; }

 private:
  std::int64_t expected() const { return last_ + last_duration_; }

  const std::int64_t nominal_duration_;
  const std::int64_t latest_plausible_;
  bool first_ = true;
  std::int64_t last_ = 0;
  std::int64_t last_duration_ = 0;
  std::int64_t offset_ = 0;
  std::int64_t repaired_ = 0;
};

}  // namespace relievo::media
