// From a scene to pictures with their truth.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/scenes/scene.hpp"

namespace relievo::scenes {

// Row-major, top row first, samples at pixel centres.
struct RenderedFrame {
  int width = 0;
  int height = 0;
  int shot = 0;
  Camera camera;
  std::vector<std::uint8_t> left;   // red, green, blue interleaved
  std::vector<std::uint8_t> right;  // empty unless asked for
  // Metres along the optical axis, infinity for the sky.
  std::vector<float> depth;
  // Pixels of the left picture to the same point in the next frame, x and y interleaved; NaN in the
  // last frame of a shot.
  std::vector<float> flow;
  std::vector<std::uint8_t> flow_seen;   // 1: that point is visible in the next frame
  std::vector<std::uint8_t> right_seen;  // 1: the point is visible to the right eye
  std::vector<std::uint8_t> moves;       // 1: the point belongs to something that moves by itself

  // Focal length in pixels.
  [[nodiscard]] double focal_px() const { return camera.focal * width; }
};

enum Wanted : unsigned { kLeftAndDepth = 0, kRight = 1, kFlow = 2, kEverything = 3 };

// frame: 0 .. scene.frames - 1. Rows are shared among `threads` threads; the result does not depend
// on their number.
[[nodiscard]] RenderedFrame render(const Scene& scene, int frame, unsigned wanted = kEverything,
                                   int threads = 2);

}  // namespace relievo::scenes
