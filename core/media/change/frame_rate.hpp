// Frame rates as people write them, and time lines that hold them exactly.
#pragma once

#include <cstdint>

extern "C" {
#include <libavutil/rational.h>
}

namespace relievo::media {

// The rate that a number means: 24 is 24/1, 23.976 and 23.98 are 24000/1001, 12.5 is 25/2.
[[nodiscard]] AVRational frame_rate_of(double fps);

// A timebase in which the times of one time line and every frame time of a rate are whole: the
// greatest common divisor of the two units. If that is too fine for 32 bits, the rate's own period
// divided by 1024: first times are then rounded by at most a 2048th of a frame.
[[nodiscard]] AVRational common_timebase(AVRational timebase, AVRational rate);

}  // namespace relievo::media
