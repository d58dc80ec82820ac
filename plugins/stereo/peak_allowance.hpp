// Short peaks in front of the screen: what comes out of a calm shot may go beyond the lasting
// limit for a while. A shot that lies there from its beginning may not, since its depth would be
// seen to shrink.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace relievo::stereo {

// Not thread-safe; one per stream.
class PeakAllowance {
 public:
  // frames: how long a peak may last; 0 is never.
  explicit PeakAllowance(int frames) : frames_(frames) {}

  // share_in_front: share of the next frame that lies beyond the lasting limit. How much of the
  // room between the lasting limit and that of peaks is open for it, 0 to 1; never jumps within a
  // shot.
  double next(double share_in_front, std::int64_t shot_id) {
    if (frames_ <= 0) return 0.0;
    if (shot_id_ != shot_id) {
      shot_id_ = shot_id;
      charge_ = 0.0;
    } else if (share_in_front > 0.0) {
      charge_ -= std::min(share_in_front / kWholePeak, 1.0) / frames_;
    } else {
      charge_ += 1.0 / (kRest * frames_);
    }
    charge_ = std::clamp(charge_, 0.0, 1.0);
    return charge_ * charge_ * (3.0 - 2.0 * charge_);
  }
  void reset() { *this = PeakAllowance(frames_); }

 private:
  // A peak that takes up less of the picture may last longer in proportion.
  static constexpr double kWholePeak = 0.01;
  // Rest that follows a peak, as a multiple of it.
  static constexpr double kRest = 2.0;

  int frames_;
  std::optional<std::int64_t> shot_id_;
  double charge_ = 0.0;
};

}  // namespace relievo::stereo
