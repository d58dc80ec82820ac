#include "tools/scenes/builder.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <utility>

namespace relievo::scenes {
namespace {

std::function<Pose(double)> still(const Pose& pose) {
  return [pose](double) {
    return pose;
  };
}

// Stands at (x, height 0, z), facing -z when yaw is 0.
Pose standing(double x, double y, double z, double yaw) {
  return {{x, y, z}, {std::cos(yaw), 0, std::sin(yaw)}, {0, 1, 0}};
}

Pose moved(const Pose& pose, double a, double b, double out, double turn = 0) {
  const Vec3 normal = cross(pose.u, pose.v);
  Pose result;
  result.origin = pose.origin + a * pose.u + b * pose.v + out * normal;
  result.u = std::cos(turn) * pose.u + std::sin(turn) * pose.v;
  result.v = -std::sin(turn) * pose.u + std::cos(turn) * pose.v;
  return result;
}

}  // namespace

std::shared_ptr<const Texture> shared_texture(Grain grain, int variant) {
  static std::mutex mutex;
  static std::map<std::pair<Grain, int>, std::shared_ptr<const Texture>> textures;
  const std::lock_guard lock(mutex);
  auto& texture = textures[{grain, variant}];
  if (!texture)
    texture = std::make_shared<const Texture>(
        grain, 17 + 31 * static_cast<std::uint64_t>(variant) + static_cast<std::uint64_t>(grain));
  return texture;
}

Colour Builder::tint(double saturation, double value) {
  const double hue = random_.uniform(0, 6.283185307179586);
  Colour colour;
  for (std::size_t c = 0; c < 3; ++c)
    colour[c] = static_cast<float>(
        value * (1 + saturation * std::cos(hue - 2.0943951023931953 * static_cast<double>(c))));
  return colour;
}

Paint Builder::paint(Grain grain, const Colour& base, double tile, double contrast) {
  Paint paint;
  paint.texture = shared_texture(grain, random_.integer(0, 2));
  paint.base = base;
  for (std::size_t c = 0; c < 3; ++c) {
    paint.first[c] = static_cast<float>(contrast * (0.6 * base[c] + 0.05));
    paint.second[c] = static_cast<float>(contrast * random_.uniform(0.1, 0.5) * base[c]);
  }
  paint.tile = tile;
  paint.offset_u = random_.uniform(0, 1);
  paint.offset_v = random_.uniform(0, 1);
  paint.light = static_cast<float>(random_.uniform(0.75, 1.1));
  return paint;
}

Surface& Builder::add(Outline outline, double width, double height, const Paint& paint,
                      std::function<Pose(double)> pose) {
  Surface surface;
  surface.outline = outline;
  surface.width = width;
  surface.height = height;
  surface.seed = random_.next();
  surface.paint = paint;
  surface.pose = std::move(pose);
  shot_.surfaces.push_back(std::move(surface));
  return shot_.surfaces.back();
}

void Builder::shadow(double x, double z, double radius) {
  if (ground_ >= 0)
    shot_.surfaces[static_cast<std::size_t>(ground_)].shadows.push_back({x, z, radius});
}

void Builder::ground(Grain grain) {
  ground_ = static_cast<int>(shot_.surfaces.size());
  const auto base =
      random_.chance(0.5) ? Colour{0.36F, 0.42F, 0.26F} : tint(0.15, random_.uniform(0.35, 0.55));
  add(Outline::kPlane, 1, 1, paint(grain, base, random_.uniform(5, 9)),
      still({{0, 0, 0}, {1, 0, 0}, {0, 0, 1}}));
}

void Builder::ceiling(double height) {
  add(Outline::kPlane, 1, 1, paint(Grain::kClouds, tint(0.05, 0.75), 3, 0.25),
      still({{0, -height, 0}, {1, 0, 0}, {0, 0, 1}}));
}

void Builder::sky() {
  shot_.has_sky = true;
  shot_.clouds = shared_texture(Grain::kClouds, random_.integer(0, 2));
  const auto value = static_cast<float>(random_.uniform(0.7, 1.0));
  shot_.zenith = {0.35F * value, 0.55F * value, 0.9F * value};
  shot_.horizon = {0.85F * value, 0.88F * value, 0.92F * value};
}

void Builder::hills(double distance, double height) {
  Paint look = paint(Grain::kClouds, {0.28F, 0.36F, 0.25F}, distance / 3);
  add(Outline::kRidge, random_.uniform(1.5, 3) * distance, height, look,
      still(standing(0, 0, distance, random_.uniform(-0.1, 0.1))));
}

void Builder::wall(double x, double z, double width, double height, double yaw, Grain grain) {
  auto& surface =
      add(Outline::kRectangle, width, height,
          paint(grain, tint(0.25, random_.uniform(0.4, 0.65)),
                grain == Grain::kWindows ? random_.uniform(16, 24) : random_.uniform(2.5, 5),
                grain == Grain::kClouds ? 0.5 : 0.8),
          still(standing(x, 0, z, yaw)));
  surface.paint.fade = 0.15F;
}

void Builder::tree(double x, double z, double height) {
  const double yaw = random_.uniform(-0.4, 0.4);
  const auto bark = paint(Grain::kStripes, {0.3F, 0.22F, 0.16F}, 0.8);
  add(Outline::kRectangle, 0.09 * height, 0.6 * height, bark, still(standing(x, 0, z, yaw)));
  const auto leaves =
      paint(Grain::kGravel, {0.22F, static_cast<float>(random_.uniform(0.32, 0.45)), 0.15F},
            random_.uniform(1.5, 3), 1.3);
  for (int i = 0; i < 2; ++i) {
    const double size = height * random_.uniform(0.45, 0.65);
    add(Outline::kCrown, size * random_.uniform(1, 1.3), size, leaves,
        still(standing(x + random_.uniform(-0.1, 0.1) * height, -height * (0.58 + 0.16 * i),
                       z + 0.12 * i - 0.06, yaw)));
  }
  shadow(x, z, 0.3 * height);
}

void Builder::bush(double x, double z, double size) {
  auto leaves = paint(Grain::kGravel, {0.25F, 0.36F, 0.18F}, random_.uniform(1, 2), 1.2);
  add(Outline::kCrown, 1.4 * size, size, leaves,
      still(standing(x, -0.33 * size, z, random_.uniform(-0.4, 0.4))));
  shadow(x, z, 0.8 * size);
}

void Builder::post(double x, double z, double height) {
  add(Outline::kRectangle, random_.uniform(0.1, 0.25), height,
      paint(Grain::kStripes, tint(0.5, random_.uniform(0.3, 0.6)), 1.0),
      still(standing(x, 0, z, 0)));
  shadow(x, z, 0.4);
}

void Builder::add_box(double width, double height, double depth, Grain grain, bool moves,
                      const std::function<Pose(double)>& base) {
  const auto look = paint(grain, tint(0.4, random_.uniform(0.35, 0.65)), random_.uniform(1, 2.5));
  const auto face = [&](double w, double h, float light, auto place) -> Surface& {
    auto& surface =
        add(Outline::kRectangle, w, h, look, [base, place](double t) { return place(base(t)); });
    surface.paint.light = light;
    surface.moves = moves;
    return surface;
  };
  const double half_w = width / 2;
  const double half_d = depth / 2;
  // cross(u, v) of a standing pose points along -z when yaw is 0... see moved(): out is positive
  // towards +z of the box.
  face(width, height, 1.0F, [=](const Pose& p) { return moved(p, 0, 0, -half_d); }).paint.fade =
      0.2F;
  for (const double side : {-1.0, 1.0}) {
    face(depth, height, side < 0 ? 0.7F : 0.85F, [=](const Pose& p) {
      const Vec3 normal = cross(p.u, p.v);
      return Pose{p.origin + side * half_w * p.u, normal, p.v};
    });
  }
  face(width, depth, 1.1F, [=](const Pose& p) {
    const Vec3 normal = cross(p.u, p.v);
    return Pose{p.origin - height * p.v + half_d * normal, p.u, normal};
  });
}

void Builder::box(double x, double z, double width, double height, double depth, double yaw,
                  Grain grain) {
  add_box(width, height, depth, grain, false, still(standing(x, 0, z, yaw)));
  shadow(x, z, 0.75 * std::max(width, depth));
}

void Builder::something(double x, double z) {
  const double pick = random_.uniform(0, 1);
  if (pick < 0.3)
    tree(x, z, random_.uniform(2.5, 6));
  else if (pick < 0.5)
    bush(x, z, random_.uniform(0.6, 1.6));
  else if (pick < 0.65)
    post(x, z, random_.uniform(1, 3.5));
  else
    box(x, z, random_.uniform(0.5, 2), random_.uniform(0.4, 1.8), random_.uniform(0.4, 1.5),
        random_.uniform(-0.6, 0.6), random_.chance(0.5) ? Grain::kBricks : Grain::kStripes);
}

void Builder::scatter(int count, double x0, double x1, double z0, double z1, double path_x,
                      double clear) {
  for (int i = 0; i < count; ++i) {
    double x = random_.uniform(x0, x1);
    // Evenly over inverse distance: near and far get their share of the picture.
    const double z = 1 / random_.uniform(1 / z1, 1 / z0);
    if (std::abs(x - path_x) < clear)
      x = path_x + (x < path_x ? -1 : 1) * random_.uniform(clear, 2 * clear);
    something(x, z);
  }
}

void Builder::figure(double x, double z, double dx, double dz, double height) {
  const double speed = std::hypot(dx, dz);
  const double phase = random_.uniform(0, 6.28);
  const double stride = 6.28 * speed / (0.8 * height);  // radians a frame
  const double yaw = random_.uniform(-0.3, 0.3);
  const auto body = [=](double t) {
    return standing(x + dx * t, 0, z + dz * t, yaw);
  };
  const auto cloth = paint(Grain::kStripes, tint(0.5, random_.uniform(0.3, 0.6)), 0.7);
  const auto trousers = paint(Grain::kGravel, tint(0.3, random_.uniform(0.2, 0.4)), 0.9);
  const auto skin = paint(Grain::kClouds, {0.75F, 0.56F, 0.45F}, 0.5, 0.5);
  const double h = height;
  const auto part = [&](Outline outline, double width, double length, const Paint& look,
                        auto place) {
    add(outline, width, length, look, [body, place](double t) { return place(body(t), t); }).moves =
        true;
  };
  for (const double side : {-1.0, 1.0}) {
    const auto swing = [=](double t) {
      return 0.5 * side * std::sin(stride * t + phase);
    };
    const auto knee = [=](double t) {
      return swing(t) + 0.35 * (1 - std::cos(stride * t + phase + 1.57 * side));
    };
    const double out = 0.04 * side;
    part(Outline::kCapsule, 0.10 * h, 0.24 * h, trousers, [=](const Pose& p, double t) {
      return moved(p, 0.02 * side * h, -0.49 * h, out, swing(t));
    });
    part(Outline::kCapsule, 0.075 * h, 0.22 * h, trousers, [=](const Pose& p, double t) {
      const auto upper = moved(p, 0.02 * side * h, -0.49 * h, out, swing(t));
      return moved(moved(upper, 0, 0.24 * h, 0), 0, 0, 0.01, knee(t) - swing(t));
    });
    part(Outline::kCapsule, 0.06 * h, 0.33 * h, cloth, [=](const Pose& p, double t) {
      return moved(p, 0.09 * side * h, -0.80 * h, -1.5 * out, -0.8 * swing(t));
    });
  }
  part(Outline::kCapsule, 0.2 * h, 0.24 * h, cloth,
       [=](const Pose& p, double) { return moved(p, 0, -0.74 * h, 0); });
  part(Outline::kEllipse, 0.12 * h, 0.15 * h, skin,
       [=](const Pose& p, double) { return moved(p, 0, -0.925 * h, 0.01); });
}

void Builder::ball(double x, double z, double dx, double radius, double bounce) {
  const double phase = random_.uniform(0, 1);
  const auto look = paint(Grain::kBricks, tint(0.7, 0.55), 3 * radius);
  add(Outline::kEllipse, 2 * radius, 2 * radius, look, [=](double t) {
    const double beat = t / 18 + phase;
    const double up = bounce * std::abs(std::sin(3.14159265 * beat));
    return moved(standing(x + dx * t, -radius - up, z, 0), 0, 0, 0, dx * t / radius * 0.15);
  }).moves = true;
}

void Builder::car(double x, double z, double dx) {
  add_box(random_.uniform(2.5, 4), random_.uniform(1.1, 1.6), 1.6, Grain::kStripes, true,
          [=](double t) { return standing(x + dx * t, 0, z, 0); });
}

}  // namespace relievo::scenes
