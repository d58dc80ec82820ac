// Exact times through an encoder. Encoders see a plain count (0, 1, 2 ...) at the nominal frame
// rate, so that no timebase or variable rate confuses their rate control or their bit stream; the
// true times wait here.
#pragma once

#include <cstdint>
#include <deque>

namespace relievo::media {

class FrameTimes {
 public:
  struct Times {
    std::int64_t pts;
    std::int64_t dts;
    std::int64_t duration;
  };

  // step: a usual frame's duration in ticks, at least 1; times before the first frame are made from
  // it.
  explicit FrameTimes(std::int64_t step) : step_(step) {}

  // The next frame's time and duration in ticks; pts must rise. Returns its count.
  std::int64_t add(std::int64_t pts, std::int64_t duration);

  // The true times of a packet that says count as its pts and dts_count as its dts (counts too,
  // possibly below 0 where frames were reordered). dts_count must not fall from call to call; one
  // that cannot be true is replaced.
  [[nodiscard]] Times take(std::int64_t count, std::int64_t dts_count);

 private:
  struct Entry {
    std::int64_t pts;
    std::int64_t duration;
  };
  std::deque<Entry> entries_;  // of counts base_, base_ + 1 ...
  std::int64_t base_ = 0;
  std::int64_t first_pts_ = 0;
  std::int64_t step_;
  std::int64_t taken_ = 0;
  std::int64_t made_up_delay_ = -1;  // counts; below 0: none was needed
};

}  // namespace relievo::media
