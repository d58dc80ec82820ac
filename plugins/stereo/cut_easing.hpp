// Across a cut the eyes keep their convergence: the new shot comes in with the middle of its depths
// where the old one's was, and goes to its own place within some frames.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace relievo::stereo {

// Not thread-safe; one per stream.
class CutEasing {
 public:
  explicit CutEasing(int frames) : frames_(frames) {}

  // middle: normalised depth of the next frame's middle. What is to be added to every normalised
  // depth of that frame.
  float next(float middle, std::int64_t shot_id) {
    if (shot_id_ && *shot_id_ != shot_id) {
      // More than this would put too much in front of the screen, or too far behind it.
      constexpr float kMost = 0.25F;
      carried_ = std::clamp(seen_ - middle, -kMost, kMost);
      since_ = 0;
    }
    shot_id_ = shot_id;
    float offset = 0.0F;
    if (since_ < frames_) {
      const float t = static_cast<float>(since_++) / static_cast<float>(frames_);
      offset = carried_ * (1.0F - t * t * (3.0F - 2.0F * t));  // no jerk at either end
    }
    seen_ = middle + offset;
    return offset;
  }
  void reset() { *this = CutEasing(frames_); }

 private:
  int frames_;
  std::optional<std::int64_t> shot_id_;
  float carried_ = 0.0F;
  float seen_ = 0.0F;
  int since_ = 0;
};

}  // namespace relievo::stereo
