// Where shots begin in a row of pictures, and how.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/change/cut_history.hpp"

namespace relievo::media {

// Hard cuts (hard_cut.hpp), dissolves and fades (soft_cut.hpp), decided frame by frame with a
// bounded look-ahead and in constant memory.
//
// Not thread-safe; one per film.
class CutDetector {
 public:
  struct Options {
    double sensitivity = 1.0;  // above 1 believes weaker changes
    int look_ahead = 24;       // frames after a candidate that are looked at
  };
  explicit CutDetector(Options options) : options_(options), frames_(options.look_ahead) {}

  // The next frame.
  void add(const ShotSignature& signature) { frames_.add(signature); }
  // No frame comes any more.
  void finish() { frames_.finish(); }
  // How a new shot begins with the next undecided frame (RLV_TRANSITION_NONE: none does); nothing
  // as long as too few frames after it are known.
  std::optional<std::uint32_t> next();

 private:
  [[nodiscard]] std::uint32_t transition_at(std::size_t i);

  const Options options_;
  CutHistory frames_;
};

}  // namespace relievo::media
