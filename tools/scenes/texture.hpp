// Tileable noise pictures with a mip chain: what the surfaces of a scene are painted with.
#pragma once

#include <cstdint>
#include <vector>

namespace relievo::scenes {

enum class Grain {
  kClouds,   // multi-octave noise, 1/f
  kGravel,   // the same with more energy in the fine octaves
  kBricks,   // courses of stones of different tone with joints
  kStripes,  // uneven boards
  kWindows   // a facade
};

// Two channels of roughly -1 to 1, one tile covering 0..1 in both directions. Immutable once made;
// any thread may sample.
class Texture {
 public:
  Texture(Grain grain, std::uint64_t seed);

  struct Value {
    float first = 0;
    float second = 0;
  };
  // Footprint: width of a picture pixel in tiles. Trilinear.
  [[nodiscard]] Value sample(double u, double v, double footprint) const;

  static constexpr int kSize = 512;

 private:
  [[nodiscard]] Value bilinear(int level, double u, double v) const;
  std::vector<std::vector<Value>> levels_;
};

// Smooth noise of one variable in -1..1, period one unit of t per lattice point.
[[nodiscard]] double wave(double t, std::uint64_t seed);

}  // namespace relievo::scenes
