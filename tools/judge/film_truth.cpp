#include "tools/judge/film_truth.hpp"

#include <stdexcept>

namespace relievo::judge {
namespace {

// Points of one surface differ less in depth from one pixel to the next.
constexpr double kSameDepth = 0.99;

bool hides(const scenes::Hit& hit, int surface, double z) {
  return hit.surface != surface && hit.surface >= 0 && (surface < 0 || hit.z < kSameDepth * z);
}

}  // namespace

FilmTruth::FilmTruth(const scenes::Scene& scene, int reach) : scene_(scene), reach_(reach) {
  if (scene.shots.size() != 1) throw std::invalid_argument("a scene of one shot is wanted");
  for (int i = 0; i < scene.frames; ++i) {
    lefts_.emplace_back(scene.shots[0], i, 0, scene.width, scene.height);
    rights_.emplace_back(scene.shots[0], i, scene.baseline, scene.width, scene.height);
  }
}

Showing FilmTruth::find(int frame, int x, int y) const {
  const auto& right = rights_[static_cast<std::size_t>(frame)];
  std::vector<scenes::Hit> hits;
  right.hits(x + 0.5, y + 0.5, hits);
  const auto wanted = scenes::FrozenShot::solid(hits);
  const auto direction =
      wanted.surface < 0 ? right.world_direction(x + 0.5, y + 0.5) : scenes::Vec3{};
  const auto is_shown = [&](const scenes::FrozenShot& left, double& u, double& v) {
    double z = 0;
    const bool in_front = wanted.surface < 0
                              ? left.project(direction, u, v)
                              : left.project(wanted.surface, wanted.a, wanted.b, u, v, z);
    if (!in_front || u < 1 || v < 1 || u > scene_.width - 1 || v > scene_.height - 1) return false;
    for (const double beside : {-1.0, 0.0, 1.0}) {
      left.hits(u + beside, v, hits);
      if (hides(scenes::FrozenShot::solid(hits), wanted.surface, z)) return false;
    }
    return true;
  };
  for (int off = 1; off <= reach_; ++off) {
    for (const int other : {frame - off, frame + off}) {
      if (other < 0 || other >= scene_.frames) continue;
      double u = 0;
      double v = 0;
      if (is_shown(lefts_[static_cast<std::size_t>(other)], u, v)) return {other, u - 0.5, v - 0.5};
    }
  }
  return {};
}

}  // namespace relievo::judge
