// From the source's time line to the output's. One shift for every track: what was together stays
// together.
#pragma once

#include <cstdint>

#include "core/media/av.hpp"

namespace relievo::media {

struct Timeline {
  AVRational clock{1, 1};        // the film's timebase
  std::int64_t origin = 0;       // source time that becomes 0, in ticks of clock: exact for pictures
  std::int64_t lead = 0;         // microseconds by which all is later, where 0 is the least
  bool trimmed = false;          // what lies wholly before origin is not wanted
  std::int64_t end = INT64_MAX;  // source time, microseconds: what begins there or later is not wanted

  // What to add to a source time in timebase units. Two timebases differ by less than half a unit
  // of the coarser one.
  [[nodiscard]] std::int64_t shift(AVRational timebase) const {
    return av_rescale_q(lead, AV_TIME_BASE_Q, timebase) - av_rescale_q(origin, clock, timebase);
  }
  // A source time in timebase units as microseconds on the output's line.
  [[nodiscard]] std::int64_t output_us(std::int64_t time, AVRational timebase) const {
    return av_rescale_q(time + shift(timebase), timebase, AV_TIME_BASE_Q);
  }
};

}  // namespace relievo::media
