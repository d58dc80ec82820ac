// From the source's time line to the output's. One shift for every track: what was together stays
// together.
#pragma once

#include <cstdint>

#include "core/media/av.hpp"

namespace relievo::media {

struct Timeline {
  AVRational clock{1, 1};   // the film's timebase
  std::int64_t origin = 0;  // source time that becomes 0, in ticks of clock: exact for pictures
  bool trimmed = false;     // what ends before cut is not wanted
  std::int64_t cut = 0;     // source time in ticks of clock
  std::int64_t end =
      INT64_MAX;  // source time, microseconds: what begins there or later is not wanted

  // What to add to a source time in timebase units; tracks of different timebases come out less
  // than a unit of the coarser one apart.
  [[nodiscard]] std::int64_t shift(AVRational timebase) const {
    return -av_rescale_q(origin, clock, timebase);
  }
  // A source time in timebase units as microseconds on the output's line.
  [[nodiscard]] std::int64_t output_us(std::int64_t time, AVRational timebase) const {
    return av_rescale_q(time + shift(timebase), timebase, AV_TIME_BASE_Q);
  }
  // Moves everything later, by as few ticks as cover microseconds.
  void delay(std::int64_t microseconds) {
    origin -= av_rescale_q_rnd(microseconds, AV_TIME_BASE_Q, clock, AV_ROUND_UP);
  }
};

}  // namespace relievo::media
