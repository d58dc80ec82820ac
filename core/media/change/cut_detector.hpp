// Hard cuts in a row of pictures.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/media/change/shot_signature.hpp"

namespace relievo::media {

// A cut is a change of structure (or, in flat pictures, of colour) that stands out against the
// frames before and after it and does not come back: a pan changes many frames alike, a dissolve
// and a fade change them little by little, a flash returns to what was before. In the manner of
// twin-comparison and adaptive-threshold detectors (Zhang, Kankanhalli, Smoliar 1993; Yeo, Liu
// 1995), on block-matched structure instead of pixel differences.
//
// Not thread-safe; one per film.
class CutDetector {
 public:
  struct Options {
    double sensitivity = 1.0;  // above 1 believes weaker changes
    int look_ahead = 8;        // frames after a candidate that are looked at
  };
  explicit CutDetector(Options options) : options_(options) {}

  // The next frame.
  void add(const ShotSignature& signature);
  // No frame comes any more.
  void finish() { finished_ = true; }
  // Whether a new shot begins with the next undecided frame; nothing as long as too few frames
  // after it are known.
  std::optional<bool> next();

 private:
  struct Entry {
    ShotSignature signature;
    float left = 0.0F;    // structure that it and the frame before do not explain
    float colour = 0.0F;  // colour distance from the frame before
    float score = 0.0F;   // set once its neighbours are known
    bool is_cut = false;
  };
  [[nodiscard]] float normalised(float left, std::size_t a, std::size_t b) const;
  [[nodiscard]] float score_of(std::size_t i) const;
  [[nodiscard]] float distance(std::size_t a, std::size_t b, const Reach& reach) const;
  [[nodiscard]] float usual(std::size_t i, std::size_t skip, float Entry::*value) const;
  [[nodiscard]] bool comes_back(std::size_t i, float score) const;
  [[nodiscard]] bool is_cut(std::size_t i);
  [[nodiscard]] bool is_mixed_cut(std::size_t i) const;
  [[nodiscard]] std::size_t last_known(std::size_t i) const;

  const Options options_;
  std::deque<Entry> entries_;  // the past that is still looked at, then the undecided
  std::size_t next_ = 0;       // index in entries_ of the next undecided frame
  std::int64_t decided_ = 0;
  bool finished_ = false;
};

}  // namespace relievo::media
