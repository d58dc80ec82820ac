// What the node 'cuts' makes of a film, beside what is true.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/judge/cut_film.hpp"

namespace relievo::judge {

// Of a frame's transition, which is not RLV_TRANSITION_NONE.
[[nodiscard]] Join::Kind kind_of(std::uint32_t transition);

// Joins that the node with these parameters (JSON, {} for the defaults) says. A dissolve or fade
// has the frame at which it puts the new shot.
[[nodiscard]] std::vector<Join> found_joins(const Shot& pictures, const std::string& params = "{}");

struct Tally {
  int right = 0;
  int missed = 0;
  [[nodiscard]] double recall() const {
    return right + missed == 0 ? 1.0 : static_cast<double>(right) / (right + missed);
  }
};

// Counts over any number of films. A hard cut is right within one frame, a dissolve or a fade
// between its first and its last frame, each only under its own name. Whatever else is said is
// wrong.
struct CutVerdict {
  Tally hard, dissolve, fade;
  int wrong_hard = 0;
  int wrong_soft = 0;
  int frames = 0;

  void add(const CutFilm& film, const std::vector<Join>& found);
  [[nodiscard]] double hard_precision() const {
    const int said = hard.right + wrong_hard;
    return said == 0 ? 1.0 : static_cast<double>(hard.right) / said;
  }
  // Of 24 frames a second.
  [[nodiscard]] double wrong_per_minute() const {
    return frames == 0 ? 0.0 : 1440.0 * (wrong_hard + wrong_soft) / frames;
  }
};

}  // namespace relievo::judge
