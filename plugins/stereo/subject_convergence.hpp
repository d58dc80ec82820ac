// Convergence that follows the subject: where in the normalised depths the screen lies, shot by
// shot and frame by frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include <relievo/sdk/depth_range.hpp>

namespace relievo::stereo {

// Works beside DepthRange, with the same look-ahead: add() for each frame that comes, next() for
// each that the range is known of. Not thread-safe; one per stream.
class SubjectConvergence {
 public:
  struct Options {
    int look_ahead = 12;      // frames of the shot on either side whose median counts
    double behind = 0.05;     // so far behind the screen the subject lies
    double tolerance = 0.08;  // the screen stands still until the subject is farther off than this
    double rate = 0.008;      // and then follows by at most this a frame
    double least = 0.0;       // that the budget allows
    double most = 1.0;
  };

  SubjectConvergence() : SubjectConvergence(Options{}) {}
  explicit SubjectConvergence(Options options) : options_(options) {}

  // The inverse depth of the subject of the next frame.
  void add(float subject, std::int64_t shot_id) { frames_.push_back({subject, shot_id}); }
  // Convergence of the next frame; within a shot it never moves by more than `rate`.
  float next(DepthScale scale);
  // Where the subject that the last next() saw lies against the screen, in normalised depth: above
  // 0 in front.
  [[nodiscard]] float subject_in_front() const { return in_front_; }
  void reset() { *this = SubjectConvergence(options_); }

 private:
  struct Seen {
    float subject;
    std::int64_t shot_id;
  };
  [[nodiscard]] float median() const;

  Options options_;
  std::deque<Seen> frames_;  // the past that counts, then what next() has not given
  std::size_t next_ = 0;
  std::optional<std::int64_t> shot_id_;
  double convergence_ = 0.5;
  bool moves_ = false;
  float in_front_ = 0.0F;
};

}  // namespace relievo::stereo
