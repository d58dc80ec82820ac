// What the other frames of a generated scene show of what the left eye does not see in one of them.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/scenes/frozen.hpp"
#include "tools/scenes/scene.hpp"

namespace relievo::judge {

// Where a frame shows a point, pixels.
struct Showing {
  int frame = -1;  // -1: none does
  double x = 0;
  double y = 0;
};

// The left views of a scene of one shot. Any thread may ask.
class FilmTruth {
 public:
  // reach: frames before and after that may show it.
  FilmTruth(const scenes::Scene& scene, int reach);

  // The frame nearest in time to `frame` that shows what the right view has at pixel (x, y), with
  // nothing nearer at or directly beside it.
  [[nodiscard]] Showing find(int frame, int x, int y) const;

 private:
  const scenes::Scene& scene_;
  int reach_;
  std::vector<scenes::FrozenShot> lefts_;
  std::vector<scenes::FrozenShot> rights_;
};

}  // namespace relievo::judge
