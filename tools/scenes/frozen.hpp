// A shot at one moment as one eye sees it: what rays are cast against.
#pragma once

#include <vector>

#include "tools/scenes/scene.hpp"

namespace relievo::scenes {

// Where a ray meets a surface.
struct Hit {
  int surface = -1;  // -1: the sky
  double z = 0;      // metres along the optical axis
  double a = 0;
  double b = 0;
  float coverage = 0;  // of the pixel by the outline, 0 to 1
};

class FrozenShot {
 public:
  // eye: metres to the right of the camera. width and height of the picture in pixels.
  FrozenShot(const Shot& shot, double time, double eye, int width, int height);

  // Everything that the pixel centred on (x, y), in pixels, shows, nearest first.
  void hits(double x, double y, std::vector<Hit>& out) const;
  // What counts as the pixel's surface: the nearest that covers at least half of it.
  [[nodiscard]] static Hit solid(const std::vector<Hit>& hits);

  // Point (a, b) of a surface in pixels; false if it lies behind the camera. z gets its depth.
  [[nodiscard]] bool project(int surface, double a, double b, double& x, double& y,
                             double& z) const;
  // The same for a direction in the world.
  [[nodiscard]] bool project(const Vec3& direction, double& x, double& y) const;
  [[nodiscard]] Vec3 world_direction(double x, double y) const;

  // Change of (a, b) from one pixel to the next, along x and along y.
  struct Spread {
    double ax, bx, ay, by;
  };
  [[nodiscard]] Spread spread(const Hit& hit, double x, double y) const;

 private:
  struct Plate {
    Vec3 origin, u, v, normal;                        // in camera coordinates
    double offset = 0;                                // normal . origin
    double left = 0, top = 0, right = 0, bottom = 0;  // bounds in pixels
  };
  [[nodiscard]] Vec3 ray(double x, double y) const;
  void bound(Plate& plate, const Surface& surface) const;
  void fill_tiles(int width, int height);

  const Shot& shot_;
  Camera camera_;
  double focal_;
  double centre_x_;
  double centre_y_;
  std::vector<Plate> plates_;
  // Which plates reach into each square of the picture.
  static constexpr int kTile = 16;  // pixels
  int tiles_across_ = 1;
  int tiles_down_ = 1;
  std::vector<std::vector<int>> tiles_;
};

}  // namespace relievo::scenes
