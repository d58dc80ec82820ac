// A scene: shots of moving flat surfaces before a moving camera. Everything is a function of time,
// so depth, flow and a second eye follow exactly.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/scenes/geometry.hpp"
#include "tools/scenes/texture.hpp"

namespace relievo::scenes {

using Colour = std::array<float, 3>;  // display-referred red, green, blue, 0 to 1

struct Camera {
  Vec3 position;
  Mat3 rotation;
  double focal = 1;  // in picture widths
};

// Where a surface is: origin in the world and two orthonormal axes; a point (a, b) of the surface
// lies at origin + a * u + b * v. v points down for what stands upright.
struct Pose {
  Vec3 origin;
  Vec3 u{1, 0, 0};
  Vec3 v{0, 1, 0};
};

enum class Outline {
  kPlane,      // endless
  kRectangle,  // |a| <= width / 2, -height <= b <= 0
  kEllipse,    // centred on the origin, width by height
  kCapsule,    // from the origin along +b, length height, diameter width
  kCrown,      // an ellipse with a leafy edge
  kRidge       // everything below a skyline that undulates around b = -height
};

struct Paint {
  std::shared_ptr<const Texture> texture;
  Colour base{0.5F, 0.5F, 0.5F};
  Colour first{0.2F, 0.2F, 0.2F};   // added times the texture's first channel
  Colour second{0.1F, 0.1F, 0.1F};  // added times its second channel
  double tile = 4;                  // metres that the texture covers once
  double offset_u = 0;
  double offset_v = 0;
  float light = 1;  // of the surface as a whole
  float fade = 0;   // how much darker the lower end of a standing surface is
};

// A soft dark spot on a ground plane, under something that stands there.
struct Shadow {
  double a = 0;
  double b = 0;
  double radius = 0.5;
};

struct Surface {
  Outline outline = Outline::kRectangle;
  double width = 1;
  double height = 1;
  std::uint64_t seed = 0;  // of the outline
  Paint paint;
  std::function<Pose(double)> pose;  // of the shot's time in frames
  bool moves = false;                // on its own
  std::vector<Shadow> shadows;
};

struct Shot {
  std::string kind;
  int frames = 1;
  std::function<Camera(double)> camera;
  std::vector<Surface> surfaces;
  bool translates = false;  // whether the camera changes its place, so that there is parallax
  bool has_sky = true;
  std::shared_ptr<const Texture> clouds;
  Colour zenith{0.35F, 0.55F, 0.85F};
  Colour horizon{0.8F, 0.85F, 0.9F};
  double haze = 0;  // extinction, 1/m
};

struct Scene {
  std::string name;
  std::uint64_t seed = 0;
  int width = 640;
  int height = 360;
  int frames = 240;
  double fps = 24;
  double baseline = 0.063;  // of the second eye, metres to the right along the camera's x axis
  double grain = 1.5;       // standard deviation of the sensor noise, in 8-bit steps
  std::vector<Shot> shots;

  struct Place {
    int shot;
    int frame;  // within the shot
  };
  // Throws std::out_of_range.
  [[nodiscard]] Place place(int frame) const;
  // First frame of every shot but the first.
  [[nodiscard]] std::vector<int> cuts() const;
};

struct SceneOptions {
  int width = 640;
  int height = 360;
  int frames = 240;
  double grain = 1.5;
};

// dolly, pan, rotation, zoom, walkers, static, fast, cuts, handheld, room.
[[nodiscard]] const std::vector<std::string>& scene_names();

// Any seed gives another instance of the same kind of scene. Throws std::invalid_argument for an
// unknown name or a size or length below 1.
[[nodiscard]] Scene make_scene(const std::string& name, std::uint64_t seed,
                               const SceneOptions& options = {});

}  // namespace relievo::scenes
