// Which source frame stands for each moment of an even time line.
#pragma once

#include <cstdint>
#include <optional>

namespace relievo::media {

// Moments lie at the first frame's time and every `period` units after it, up to the end of the
// last frame. Each gets the frame nearest in time, the earlier one of two that are equally near: a
// gap repeats frames, a faster source loses some, none is mixed. A moment is answered as soon as no
// later frame could be nearer: at most one frame is held back.
class NearestInTime {
 public:
  enum class Choice { kNone, kHeld, kNewest };
  struct Moment {
    Choice choice = Choice::kNone;  // kNone: another frame is needed, or the end is reached
    std::int64_t time = 0;
  };

  explicit NearestInTime(std::int64_t period) : period_(period) {}

  // A frame, which becomes the newest one, or the held one if it is the first. Only while nothing
  // is pending. duration: how long it is shown if it is the last.
  void arrive(std::int64_t time, std::int64_t duration);
  // No further frame comes.
  void finish() { finished_ = true; }
  // A moment can be answered now.
  [[nodiscard]] bool is_pending() const;
  // The next moment. After kNewest or before the next arrive() the newest may have become the held
  // one: has_newest() tells.
  Moment next();
  [[nodiscard]] bool has_newest() const { return newest_.has_value(); }

 private:
  struct Stamp {
    std::int64_t time;
    std::int64_t duration;
  };
  void settle();

  std::int64_t period_;
  std::int64_t moment_ = 0;
  std::optional<Stamp> held_;
  std::optional<Stamp> newest_;
  bool finished_ = false;
};

}  // namespace relievo::media
