#include "plugins/video_depth_anything/window.hpp"

#include <algorithm>

namespace relievo::video_depth_anything {

void WindowRunner::push(std::int64_t shot_id) {
  if (in_shot_ && reset_at_cuts_ && shot_id != shot_id_) end_shot();
  if (!in_shot_) {
    in_shot_ = true;
    frames_ = given_ = window_ = 0;
    filled_ = 0;
    work_.begin_shot();
  }
  shot_id_ = shot_id;
  if (filled_ == kWindowFrames) {
    ++window_;
    filled_ = kOverlap;
    work_.begin_window();
  }
  work_.place(filled_++);
  ++frames_;
  if (filled_ == kWindowFrames) complete();
}

void WindowRunner::complete() {
  work_.compute();
  // The last eight wait for the next window to be blended with.
  const int first = window_ == 0 ? 0 : kKeep;
  const auto ready = std::min<std::int64_t>(kWindowFrames - kBlend - first, frames_ - given_);
  if (ready > 0) work_.give(first, static_cast<int>(ready));
  given_ += std::max<std::int64_t>(ready, 0);
}

void WindowRunner::end_shot() {
  in_shot_ = false;
  if (filled_ < kWindowFrames) {
    work_.repeat_last(filled_);
    filled_ = kWindowFrames;
    complete();
  }
  // One more window, all of it repetitions, where it has frames to blend: the original's result
  // has it.
  while (given_ < frames_) {
    ++window_;
    work_.begin_window();
    work_.repeat_last(kOverlap);
    complete();
  }
}

void WindowRunner::finish() {
  if (in_shot_) end_shot();
}

void WindowRunner::forget() {
  in_shot_ = false;
  filled_ = 0;
}

Affine fit(const FitSums& s) {
  const double determinant = s.n * s.xx - s.x * s.x;
  // Nothing but rounding is left of the variation of a flat source.
  constexpr double kFlat = 1e-12;
  if (determinant <= kFlat * s.n * s.xx) return {};
  return {(s.n * s.xy - s.x * s.y) / determinant, (s.xx * s.y - s.x * s.xy) / determinant};
}

StreamSchedule::Step StreamSchedule::next() {
  // As the original keeps its list: at first 32 times frame 0, then every frame; once ten have been
  // added the second entry is dropped for each new one.
  constexpr int kGrowth = 10;
  Step step;
  step.frame = frame_++;
  if (step.frame == 0) {
    cache_.assign(kWindowFrames, 0);
    return step;
  }
  step.seen.assign(cache_.begin(), cache_.begin() + 2);
  step.seen.insert(step.seen.end(), cache_.end() - (kSeen - 2), cache_.end());
  cache_.push_back(step.frame);
  if (step.frame > kGrowth) cache_.erase(cache_.begin() + 1);
  return step;
}

}  // namespace relievo::video_depth_anything
