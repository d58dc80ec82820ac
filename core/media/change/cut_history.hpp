// The frames around the one that is being judged, and how they differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <relievo/plugin.h>

#include "core/media/change/shot_signature.hpp"

namespace relievo::media {

struct CutEntry {
  ShotSignature signature;
  BlockChange change{};  // of each block, from the frame before
  float left = 0.0F;     // structure that it and the frame before do not explain: mean of change
  float colour = 0.0F;   // colour distance from the frame before
  float score = 0.0F;    // change as the plain rule sees it; set once its neighbours are known
  std::uint32_t transition = RLV_TRANSITION_NONE;  // once decided
  std::vector<float> products;  // [k]: of its blend vector and that of k frames before
};

// A row of frames: the past that is still looked at, the frame to be decided, and what is known
// after it. Indices count from the oldest frame kept.
//
// Not thread-safe.
class CutHistory {
 public:
  // look_ahead: frames after the undecided one that may be looked at.
  explicit CutHistory(int look_ahead);

  void add(const ShotSignature& signature);
  // No frame comes any more.
  void finish() { finished_ = true; }
  // Whether enough frames are known to decide on the next one.
  [[nodiscard]] bool is_ready() const;
  // Goes on to the next frame, dropping what no rule looks at any more.
  void decide(std::uint32_t transition);

  [[nodiscard]] std::size_t next() const { return next_; }
  [[nodiscard]] std::size_t look_ahead() const { return look_ahead_; }
  // The last frame that may be looked at for frame i.
  [[nodiscard]] std::size_t last_known(std::size_t i) const;
  // Whether the film ends with last_known(i).
  [[nodiscard]] bool is_end(std::size_t i) const;
  // Whether index 0 is the film's first frame.
  [[nodiscard]] bool has_first() const { return dropped_ == 0; }
  [[nodiscard]] const CutEntry& operator[](std::size_t i) const { return entries_[i]; }
  void set_score(std::size_t i, float score) { entries_[i].score = score; }

  // Of any two frames: what neither explains in the other, relative to what there is to see in both
  // and in the frames around. About 0 for the same picture, 1 for two that have nothing in common.
  [[nodiscard]] float distance(std::size_t a, std::size_t b, const Reach& reach) const;
  [[nodiscard]] float normalised(float left, std::size_t a, std::size_t b) const;
  // Inner product of the blend vectors of two frames at most 2 * look_ahead + 1 apart.
  [[nodiscard]] float product(std::size_t a, std::size_t b) const;
  // Squared distance of the same.
  [[nodiscard]] float squared(std::size_t a, std::size_t b) const;

 private:
  const std::size_t look_ahead_;
  std::deque<CutEntry> entries_;
  std::size_t next_ = 0;
  std::size_t dropped_ = 0;
  bool finished_ = false;
};

}  // namespace relievo::media
