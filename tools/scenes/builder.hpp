// Puts things into a shot: ground, walls, trees, boxes, people, balls. All choices that are left
// open come from the random numbers.
#pragma once

#include <functional>
#include <memory>

#include "tools/scenes/scene.hpp"

namespace relievo::scenes {

class Builder {
 public:
  // Frames at the scene's rate are the unit of time.
  Builder(Shot& shot, Random& random) : shot_(shot), random_(random) {}

  // Endless, at height 0; later things that stand put their shadows on it.
  void ground(Grain grain);
  void ceiling(double height);
  void sky();
  void hills(double distance, double height);
  // Wall of given width centred on (x, z), its face turned by yaw from facing -z.
  void wall(double x, double z, double width, double height, double yaw, Grain grain);
  void tree(double x, double z, double height);
  void bush(double x, double z, double size);
  void post(double x, double z, double height);
  void box(double x, double z, double width, double height, double depth, double yaw, Grain grain);
  // One of tree, bush, post, box, of a natural size.
  void something(double x, double z);
  // count things of natural size with x and z in the given ranges, none nearer to the path
  // (|x - path_x| < clear) than that.
  void scatter(int count, double x0, double x1, double z0, double z1, double path_x, double clear);

  // Walks from (x, z) by (dx, dz) metres a frame; legs and arms swing with the speed.
  void figure(double x, double z, double dx, double dz, double height);
  // Bounces along.
  void ball(double x, double z, double dx, double radius, double bounce);
  // A car-sized box on the move.
  void car(double x, double z, double dx);

  // A colour of the given saturation (0 to 1) and random hue.
  Colour tint(double saturation, double value);
  Paint paint(Grain grain, const Colour& base, double tile, double contrast = 1);

 private:
  Surface& add(Outline outline, double width, double height, const Paint& paint,
               std::function<Pose(double)> pose);
  void shadow(double x, double z, double radius);
  void add_box(double width, double height, double depth, Grain grain, bool moves,
               const std::function<Pose(double)>& base);

  Shot& shot_;
  Random& random_;
  int ground_ = -1;
};

// A texture that all scenes share; variant 0 to 2.
[[nodiscard]] std::shared_ptr<const Texture> shared_texture(Grain grain, int variant);

}  // namespace relievo::scenes
