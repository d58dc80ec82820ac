// The kinds of scenes that make_scene() knows.
#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include "tools/scenes/builder.hpp"
#include "tools/scenes/scene.hpp"

namespace relievo::scenes {
namespace {

constexpr int kLongest = 240;  // frames that the ways of camera and figures are laid out for

struct View {
  double height;  // of the camera above the ground, metres
  double pitch;
  double focal;
};

View any_view(Random& random) {
  return {random.uniform(1.3, 1.9), random.uniform(-0.12, 0.0), random.uniform(0.85, 1.2)};
}

std::function<Camera(double)> standing_camera(const View& view, double yaw) {
  return [=](double) {
    return Camera{{0, -view.height, 0}, looking(yaw, view.pitch), view.focal};
  };
}

// Ground, sky, far hills, and things at the sides of the way ahead.
void outdoors(Builder& build, Random& random, Shot& shot, double width) {
  build.sky();
  build.ground(random.chance(0.5) ? Grain::kGravel : Grain::kClouds);
  build.hills(random.uniform(120, 250), random.uniform(10, 25));
  if (random.chance(0.6)) build.hills(random.uniform(50, 90), random.uniform(3, 7));
  shot.haze = random.chance(0.5) ? random.uniform(0.003, 0.012) : 0.0;
  const int houses = random.integer(1, 3);
  for (int i = 0; i < houses; ++i)
    build.wall(random.uniform(-width, width), random.uniform(18, 45), random.uniform(6, 14),
               random.uniform(4, 9), random.uniform(-0.5, 0.5), Grain::kWindows);
}

// Towards the end of a street.
void dolly(Shot& shot, Random& random) {
  Builder build(shot, random);
  const double speed = random.uniform(0.02, 0.035);
  const double end = kLongest * speed + random.uniform(3.5, 5);
  const auto view = any_view(random);
  build.sky();
  build.ground(random.chance(0.5) ? Grain::kGravel : Grain::kClouds);
  // At a slant: a wall that faces the camera has one depth and nothing to rank.
  build.wall(random.uniform(-2, 2), end, 60, random.uniform(7, 12),
             random.sign() * random.uniform(0.25, 0.45), Grain::kWindows);
  build.scatter(random.integer(11, 15), -7, 7, 3, end - 1.5, 0, 2);
  const double drift = random.uniform(-0.1, 0.1) * speed;
  shot.camera = [=](double t) {
    return Camera{{drift * t, -view.height, speed * t}, looking(0, view.pitch), view.focal};
  };
  shot.translates = true;
}

// Sideways past things near and far, with a little turning.
void pan(Shot& shot, Random& random) {
  Builder build(shot, random);
  const double speed = random.sign() * random.uniform(0.02, 0.05);
  const double turn = random.uniform(-0.0005, 0.0005);
  const double way = speed * kLongest;
  const auto view = any_view(random);
  outdoors(build, random, shot, 25);
  build.scatter(random.integer(24, 30), std::min(0.0, way) - 9, std::max(0.0, way) + 9, 2.8, 26,
                1e9, 0);
  shot.camera = [=](double t) {
    return Camera{{speed * t, -view.height, 0}, looking(turn * t, view.pitch), view.focal};
  };
  shot.translates = true;
}

// The camera turns on the spot.
void rotation(Shot& shot, Random& random) {
  Builder build(shot, random);
  const auto view = any_view(random);
  outdoors(build, random, shot, 25);
  build.scatter(random.integer(14, 18), -14, 14, 3, 22, 0, 0.5);
  const double turn = random.sign() * random.uniform(0.002, 0.0045);
  const double tilt = random.uniform(-0.0003, 0.0003);
  const double start = -0.5 * turn * kLongest;
  shot.camera = [=](double t) {
    return Camera{
        {0, -view.height, 0}, looking(start + turn * t, view.pitch + tilt * t), view.focal};
  };
}

void zoom(Shot& shot, Random& random) {
  Builder build(shot, random);
  const auto view = any_view(random);
  outdoors(build, random, shot, 20);
  build.scatter(random.integer(12, 16), -9, 9, 3.5, 22, 0, 0.5);
  const double rate = random.sign() * std::log(random.uniform(1.5, 1.9)) / kLongest;
  const double first = rate > 0 ? view.focal : view.focal * std::exp(-rate * kLongest);
  shot.camera = [=](double t) {
    return Camera{{0, -view.height, 0}, looking(0, view.pitch), first * std::exp(rate * t)};
  };
}

void people(Builder& build, Random& random, int count, double camera_speed) {
  for (int i = 0; i < count; ++i) {
    const double z = random.uniform(3.2, 9);
    const double own = random.sign() * random.uniform(0.03, 0.06);
    // In view at the middle of the scene's time.
    const double middle = 0.5 * kLongest;
    const double x = camera_speed * middle - own * middle + random.uniform(-0.3, 0.3) * z;
    build.figure(x, z, own, random.uniform(-0.006, 0.006), random.uniform(1.6, 1.85));
  }
  // One who keeps up with the camera.
  const double z = random.uniform(3, 5);
  build.figure(random.uniform(-0.3, 0.3) * z, z, camera_speed + random.sign() * 0.004, 0, 1.75);
}

// People walk; the camera goes along with one of them.
void walkers(Shot& shot, Random& random) {
  Builder build(shot, random);
  const double speed = random.sign() * random.uniform(0.025, 0.045);
  const double way = speed * kLongest;
  const auto view = any_view(random);
  outdoors(build, random, shot, 25);
  build.scatter(random.integer(20, 26), std::min(0.0, way) - 9, std::max(0.0, way) + 9, 2.8, 26,
                1e9, 0);
  people(build, random, 4, speed);
  shot.camera = [=](double t) {
    return Camera{{speed * t, -view.height, 0}, looking(0, view.pitch), view.focal};
  };
  shot.translates = true;
}

// People walk before a camera on a tripod.
void fixed(Shot& shot, Random& random) {
  Builder build(shot, random);
  const auto view = any_view(random);
  outdoors(build, random, shot, 20);
  build.scatter(random.integer(10, 14), -9, 9, 3, 22, 0, 1);
  people(build, random, 4, 0);
  shot.camera = standing_camera(view, random.uniform(-0.1, 0.1));
}

// Cars and balls cross while the camera moves slowly.
void fast(Shot& shot, Random& random) {
  Builder build(shot, random);
  const auto view = any_view(random);
  const double side = random.sign() * random.uniform(0.015, 0.03);
  const double ahead = random.uniform(0.0, 0.012);
  outdoors(build, random, shot, 20);
  build.scatter(random.integer(12, 16), -10, 10, 4, 22, 1e9, 0);
  for (int i = 0; i < 4; ++i) {
    const double speed = random.sign() * random.uniform(0.2, 0.45);
    const double when = random.uniform(0, kLongest);
    build.car(side * when - speed * when, random.uniform(6, 14), speed);
  }
  for (int i = 0; i < 6; ++i) {
    const double speed = random.sign() * random.uniform(0.08, 0.2);
    const double when = random.uniform(0, kLongest);
    build.ball(side * when - speed * when, random.uniform(3, 8), speed, random.uniform(0.11, 0.3),
               random.uniform(0.2, 1.2));
  }
  shot.camera = [=](double t) {
    return Camera{{side * t, -view.height, ahead * t}, looking(0, view.pitch), view.focal};
  };
  shot.translates = true;
}

// Somebody walks along with the camera in the hand.
void handheld(Shot& shot, Random& random) {
  Builder build(shot, random);
  const auto view = any_view(random);
  const double speed = random.uniform(0.03, 0.045);
  const double heading = random.uniform(-0.15, 0.15);
  outdoors(build, random, shot, 20);
  build.scatter(random.integer(18, 24), -10, 10, 3, 30, 0, 2.2);
  const auto seed = random.next();
  shot.camera = [=](double t) {
    const double step = 6.28 * t / 13;  // about two steps a second
    const double yaw = heading + 0.03 * wave(t / 31, seed) + 0.004 * wave(t / 6, seed + 1);
    const double pitch =
        view.pitch + 0.015 * wave(t / 23, seed + 2) + 0.003 * wave(t / 5, seed + 3);
    return Camera{{speed * t * std::sin(heading) + 0.02 * std::sin(0.5 * step),
                   -view.height + 0.02 * std::sin(step), speed * t * std::cos(heading)},
                  looking(yaw, pitch, 0.008 * wave(t / 17, seed + 4)),
                  view.focal};
  };
  shot.translates = true;
}

// Around the things in a room.
void room(Shot& shot, Random& random) {
  Builder build(shot, random);
  const double half_width = random.uniform(2.2, 3.2);
  const double far = random.uniform(4, 5.5);
  build.sky();
  build.ground(Grain::kStripes);
  build.ceiling(2.6);
  build.wall(0, far, 2 * half_width, 2.6, 0, Grain::kBricks);
  build.wall(-half_width, far - 5, 10, 2.6, 1.5707963, Grain::kClouds);
  build.wall(half_width, far - 5, 10, 2.6, -1.5707963, Grain::kStripes);
  build.wall(0, far - 9, 2 * half_width, 2.6, 0, Grain::kClouds);
  const int count = random.integer(5, 8);
  for (int i = 0; i < count; ++i)
    build.box(random.uniform(-half_width + 0.5, half_width - 0.5), random.uniform(1.9, far - 0.4),
              random.uniform(0.4, 1.3), random.uniform(0.3, 1.5), random.uniform(0.3, 0.8),
              random.uniform(-0.7, 0.7), random.chance(0.5) ? Grain::kBricks : Grain::kStripes);
  const View view{random.uniform(1.2, 1.6), random.uniform(-0.18, -0.05),
                  random.uniform(0.75, 0.95)};
  const double target = random.uniform(2.4, 3.2);
  const double speed = random.sign() * random.uniform(0.0025, 0.004);
  const double start = -0.5 * speed * kLongest;
  shot.camera = [=](double t) {
    const double angle = start + speed * t;
    return Camera{{target * std::sin(angle), -view.height, target * (1 - std::cos(angle))},
                  looking(-angle, view.pitch),
                  view.focal};
  };
  shot.translates = true;
}

using Maker = void (*)(Shot&, Random&);
const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{
      {"dolly", dolly},  {"pan", pan},           {"rotation", rotation},
      {"zoom", zoom},    {"fast", fast},         {"walkers", walkers},
      {"static", fixed}, {"handheld", handheld}, {"room", room}};
  return all;
}

Shot make_shot(const std::string& kind, Random& random, int frames) {
  Shot shot;
  shot.kind = kind;
  shot.frames = frames;
  shot.clouds = shared_texture(Grain::kClouds, 0);
  makers().at(kind)(shot, random);
  return shot;
}

}  // namespace

const std::vector<std::string>& scene_names() {
  static const std::vector<std::string> names{"dolly",  "pan",  "rotation", "zoom",     "walkers",
                                              "static", "fast", "cuts",     "handheld", "room"};
  return names;
}

Scene make_scene(const std::string& name, std::uint64_t seed, const SceneOptions& options) {
  if (options.width < 1 || options.height < 1 || options.frames < 1)
    throw std::invalid_argument("a scene needs a size and a length of at least 1");
  const auto known = std::find(scene_names().begin(), scene_names().end(), name);
  if (known == scene_names().end())
    throw std::invalid_argument("there is no kind of scene '" + name + "'");
  Scene scene;
  scene.name = name;
  scene.seed = seed;
  scene.width = options.width;
  scene.height = options.height;
  scene.frames = options.frames;
  scene.grain = options.grain;
  Random random(seed * 1000 + static_cast<std::uint64_t>(known - scene_names().begin()));
  if (name != "cuts") {
    scene.shots.push_back(make_shot(name, random, options.frames));
    return scene;
  }
  const char* const kinds[] = {"pan", "static", "dolly", "room", "walkers"};
  const int shots = std::clamp(options.frames / 12, 1, 5);
  for (int i = 0; i < shots; ++i) {
    const int length = options.frames * (i + 1) / shots - options.frames * i / shots;
    scene.shots.push_back(make_shot(kinds[i], random, length));
  }
  return scene;
}

}  // namespace relievo::scenes
