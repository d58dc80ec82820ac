#include "tools/scenes/frozen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace relievo::scenes {
namespace {

constexpr double kNearest = 0.05;  // metres; what is nearer is not drawn

double length(double x, double y) {
  return std::sqrt(x * x + y * y);
}

// Signed distance from the outline in metres, below 0 inside; approximate away from the edge.
double outside(const Surface& s, double a, double b) {
  const auto ellipse = [](double x, double y, double rx, double ry) {
    const double unit = length(x / rx, y / ry);
    const double slope = length(x / (rx * rx), y / (ry * ry));
    return slope > 0 ? unit * (unit - 1) / slope : -std::min(rx, ry);
  };
  switch (s.outline) {
    case Outline::kPlane: return -1e9;
    case Outline::kRectangle:
      return std::max(std::abs(a) - s.width / 2, std::abs(b + s.height / 2) - s.height / 2);
    case Outline::kEllipse: return ellipse(a, b, s.width / 2, s.height / 2);
    case Outline::kCapsule: {
      const double radius = s.width / 2;
      const double along = std::clamp(b, 0.0, s.height);
      return length(a, b - along) - radius;
    }
    case Outline::kCrown: {
      const double size = std::min(s.width, s.height);
      const double smooth = ellipse(a, b, s.width * 0.4, s.height * 0.4);
      if (smooth > 0.25 * size || smooth < -0.2 * size) return smooth;
      const auto seed = static_cast<double>(s.seed % 997);
      const auto leaf = s.paint.texture->sample(a / (2.5 * size) + seed * 0.13,
                                                b / (2.5 * size) + seed * 0.29, 0.004);
      return smooth + 0.16 * size * leaf.first;
    }
    case Outline::kRidge: {
      if (b < -2.2 * s.height || b > -0.1 * s.height) return -b - s.height;
      const auto seed = static_cast<double>(s.seed % 997);
      const auto skyline =
          s.paint.texture->sample(a / s.width + seed * 0.37, seed * 0.11, 1.0 / 256);
      return 0.7 * (-b - s.height * (1 + 0.8 * skyline.second + 0.06 * skyline.first));
    }
  }
  return 1e9;
}

}  // namespace

FrozenShot::FrozenShot(const Shot& shot, double time, double eye, int width, int height)
    : shot_(shot),
      camera_(shot.camera(time)),
      focal_(camera_.focal * width),
      centre_x_(0.5 * width),
      centre_y_(0.5 * height) {
  camera_.position = camera_.position + eye * camera_.rotation.right;
  plates_.reserve(shot.surfaces.size());
  for (const auto& surface : shot.surfaces) {
    const auto pose = surface.pose(time);
    Plate plate;
    plate.origin = camera_.rotation.rotate(pose.origin - camera_.position);
    plate.u = camera_.rotation.rotate(pose.u);
    plate.v = camera_.rotation.rotate(pose.v);
    plate.normal = cross(plate.u, plate.v);
    plate.offset = dot(plate.normal, plate.origin);
    bound(plate, surface);
    plates_.push_back(plate);
  }
  fill_tiles(width, height);
}

void FrozenShot::fill_tiles(int width, int height) {
  tiles_across_ = width / kTile + 1;
  tiles_down_ = height / kTile + 1;
  tiles_.resize(static_cast<std::size_t>(tiles_across_) * tiles_down_);
  const auto tile = [](double position, int count) {
    return static_cast<int>(std::clamp(std::floor(position / kTile), 0.0, count - 1.0));
  };
  for (std::size_t i = 0; i < plates_.size(); ++i) {
    const auto& plate = plates_[i];
    if (plate.right < 0 || plate.bottom < 0 || plate.left > width || plate.top > height) continue;
    for (int y = tile(plate.top, tiles_down_); y <= tile(plate.bottom, tiles_down_); ++y)
      for (int x = tile(plate.left, tiles_across_); x <= tile(plate.right, tiles_across_); ++x)
        tiles_[static_cast<std::size_t>(y * tiles_across_ + x)].push_back(static_cast<int>(i));
  }
}

Vec3 FrozenShot::ray(double x, double y) const {
  return {(x - centre_x_) / focal_, (y - centre_y_) / focal_, 1};
}

Vec3 FrozenShot::world_direction(double x, double y) const {
  return camera_.rotation.rotate_back(ray(x, y));
}

void FrozenShot::bound(Plate& plate, const Surface& s) const {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  plate.left = plate.top = -kFar;
  plate.right = plate.bottom = kFar;
  double half_width = s.width / 2;
  double top = -s.height;
  double bottom = 0;
  if (s.outline == Outline::kPlane || s.outline == Outline::kRidge) return;
  if (s.outline == Outline::kEllipse || s.outline == Outline::kCrown) {
    top = -0.6 * s.height;
    bottom = 0.6 * s.height;
    half_width = 0.6 * s.width;
  }
  if (s.outline == Outline::kCapsule) {
    top = -half_width;
    bottom = s.height + half_width;
  }
  double left = kFar, upper = kFar, right = -kFar, lower = -kFar;
  for (const double a : {-half_width, half_width}) {
    for (const double b : {top, bottom}) {
      const Vec3 p = plate.origin + a * plate.u + b * plate.v;
      if (p.z < kNearest) return;  // may reach anywhere
      const double x = centre_x_ + focal_ * p.x / p.z;
      const double y = centre_y_ + focal_ * p.y / p.z;
      left = std::min(left, x);
      right = std::max(right, x);
      upper = std::min(upper, y);
      lower = std::max(lower, y);
    }
  }
  constexpr double kSoftEdge = 2;  // pixels
  plate.left = left - kSoftEdge;
  plate.right = right + kSoftEdge;
  plate.top = upper - kSoftEdge;
  plate.bottom = lower + kSoftEdge;
}

void FrozenShot::hits(double x, double y, std::vector<Hit>& out) const {
  out.clear();
  const Vec3 r = ray(x, y);
  const int tile_x = std::clamp(static_cast<int>(x) / kTile, 0, tiles_across_ - 1);
  const int tile_y = std::clamp(static_cast<int>(y) / kTile, 0, tiles_down_ - 1);
  for (const int i : tiles_[static_cast<std::size_t>(tile_y * tiles_across_ + tile_x)]) {
    const auto& plate = plates_[static_cast<std::size_t>(i)];
    if (x < plate.left || x > plate.right || y < plate.top || y > plate.bottom) continue;
    const double facing = dot(plate.normal, r);
    if (std::abs(facing) < 1e-9) continue;
    Hit hit;
    hit.z = plate.offset / facing;
    if (!(hit.z > kNearest) || hit.z > 1e5) continue;
    const Vec3 from_origin = hit.z * r - plate.origin;
    hit.a = dot(from_origin, plate.u);
    hit.b = dot(from_origin, plate.v);
    // Width of a pixel on a surface that faces the camera: the edge is as soft as one pixel.
    const double pixel = hit.z / focal_;
    const double covered =
        0.5 - outside(shot_.surfaces[static_cast<std::size_t>(i)], hit.a, hit.b) / pixel;
    if (covered <= 0) continue;
    hit.coverage = static_cast<float>(std::min(covered, 1.0));
    hit.surface = i;
    auto place = out.end();
    while (place != out.begin() && std::prev(place)->z > hit.z) --place;
    out.insert(place, hit);
  }
}

Hit FrozenShot::solid(const std::vector<Hit>& hits) {
  for (const auto& hit : hits)
    if (hit.coverage >= 0.5F) return hit;
  Hit sky;
  sky.z = std::numeric_limits<double>::infinity();
  return sky;
}

bool FrozenShot::project(int surface, double a, double b, double& x, double& y, double& z) const {
  const auto& plate = plates_[static_cast<std::size_t>(surface)];
  const Vec3 p = plate.origin + a * plate.u + b * plate.v;
  z = p.z;
  if (p.z < kNearest) return false;
  x = centre_x_ + focal_ * p.x / p.z;
  y = centre_y_ + focal_ * p.y / p.z;
  return true;
}

bool FrozenShot::project(const Vec3& direction, double& x, double& y) const {
  const Vec3 p = camera_.rotation.rotate(direction);
  if (p.z < 1e-6) return false;
  x = centre_x_ + focal_ * p.x / p.z;
  y = centre_y_ + focal_ * p.y / p.z;
  return true;
}

FrozenShot::Spread FrozenShot::spread(const Hit& hit, double x, double y) const {
  const auto& plate = plates_[static_cast<std::size_t>(hit.surface)];
  const Vec3 r = ray(x, y);
  const double facing = dot(plate.normal, r);
  const double dz_dx = -hit.z * plate.normal.x / (focal_ * facing);
  const double dz_dy = -hit.z * plate.normal.y / (focal_ * facing);
  const Vec3 px = dz_dx * r + Vec3{hit.z / focal_, 0, 0};
  const Vec3 py = dz_dy * r + Vec3{0, hit.z / focal_, 0};
  return {dot(px, plate.u), dot(px, plate.v), dot(py, plate.u), dot(py, plate.v)};
}

}  // namespace relievo::scenes
