// The scale and shift that a shot as a whole gets: not those of its first frame, which are as
// random as any, but the middle of its first frames'.
#pragma once

#include "alignment.hpp"

namespace relievo::temporal {

// Any thread; holds a few numbers.
class Level {
 public:
  // How a frame was brought to the first one of its shot (which is the identity).
  void add(const Alignment& to_first);
  // From the first frame's units to those of the frames so far: the geometric mean of their scales,
  // the mean of their shifts. Identity without frames.
  [[nodiscard]] Alignment from_first() const;

 private:
  double log_scales_ = 0;
  double shifts_ = 0;
  int count_ = 0;
};

}  // namespace relievo::temporal
