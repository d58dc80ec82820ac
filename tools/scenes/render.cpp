#include "tools/scenes/render.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>

#include "tools/scenes/frozen.hpp"

namespace relievo::scenes {
namespace {

Colour mix(const Colour& a, const Colour& b, float t) {
  return {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])};
}

Colour painted(const Surface& surface, const FrozenShot& frozen, const Hit& hit, double x,
               double y) {
  const auto& paint = surface.paint;
  const auto spread = frozen.spread(hit, x, y);
  // The footprint is a long thin shape where the surface is seen at a grazing angle: several
  // samples along it, as in Feline (McCormack et al. 1999).
  const double along_x = std::sqrt(spread.ax * spread.ax + spread.bx * spread.bx);
  const double along_y = std::sqrt(spread.ay * spread.ay + spread.by * spread.by);
  const double major = std::max(along_x, along_y);
  const double minor = std::max(std::min(along_x, along_y), 1e-9);
  const int samples = std::clamp(static_cast<int>(major / minor + 0.8), 1, 4);
  const double step_a = along_x > along_y ? spread.ax : spread.ay;
  const double step_b = along_x > along_y ? spread.bx : spread.by;
  const double footprint = major / samples / paint.tile;
  constexpr double kDetail = 6.37;  // a second layer of the same texture, this much finer
  Texture::Value sum;
  float detail = 0;
  for (int i = 0; i < samples; ++i) {
    const double t = (i + 0.5) / samples - 0.5;
    const double u = (hit.a + t * step_a) / paint.tile + paint.offset_u;
    const double v = (hit.b + t * step_b) / paint.tile + paint.offset_v;
    const auto value = paint.texture->sample(u, v, footprint);
    sum.first += value.first;
    sum.second += value.second;
    // Farther away it has averaged out.
    if (footprint * kDetail < 0.1)
      detail += paint.texture->sample(u * kDetail, v * kDetail, footprint * kDetail).first;
  }
  const float share = 1.0F / static_cast<float>(samples);
  float light = paint.light;
  if (surface.outline != Outline::kPlane && paint.fade > 0)
    light *= 1 - paint.fade * static_cast<float>(std::clamp(1 + hit.b / surface.height, 0.0, 1.0));
  for (const auto& shadow : surface.shadows) {
    const double da = (hit.a - shadow.a) / shadow.radius;
    const double db = (hit.b - shadow.b) / (0.6 * shadow.radius);
    const double square = da * da + db * db;
    if (square < 1) light *= 1 - 0.55F * static_cast<float>((1 - square) * (1 - square));
  }
  Colour colour{};
  for (std::size_t c = 0; c < 3; ++c)
    colour[c] = light * (paint.base[c] + share * (paint.first[c] * (sum.first + 0.4F * detail) +
                                                  paint.second[c] * sum.second));
  return colour;
}

Colour sky_colour(const Shot& shot, const FrozenShot& frozen, double x, double y) {
  const Vec3 d = normalised(frozen.world_direction(x, y));
  const auto up = static_cast<float>(std::clamp(-d.y * 2.2, 0.0, 1.0));
  Colour colour = mix(shot.horizon, shot.zenith, up);
  const auto cloud = shot.clouds->sample(std::atan2(d.x, d.z) / 1.2, d.y / 0.6, 1.0 / 512);
  const float white = 0.25F * std::max(0.0F, cloud.second + 0.5F * cloud.first);
  return mix(colour, {1, 1, 1}, std::min(white, 0.8F));
}

Colour seen(const Shot& shot, const FrozenShot& frozen, const std::vector<Hit>& hits, double x,
            double y) {
  Colour colour{};
  float open = 1;
  const auto add = [&](const Colour& c, float weight) {
    for (std::size_t i = 0; i < 3; ++i) colour[i] += weight * c[i];
  };
  for (const auto& hit : hits) {
    auto c = painted(shot.surfaces[static_cast<std::size_t>(hit.surface)], frozen, hit, x, y);
    if (shot.haze > 0) c = mix(shot.horizon, c, static_cast<float>(std::exp(-hit.z * shot.haze)));
    add(c, open * hit.coverage);
    open *= 1 - hit.coverage;
    if (open < 1.0F / 512) return colour;
  }
  add(sky_colour(shot, frozen, x, y), open);
  return colour;
}

// About normal, mean 0, standard deviation 1: a sum of four uniform numbers.
float noise_at(std::uint64_t key) {
  const auto bits = Random(key).next();
  float sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<float>(bits >> (16 * i) & 0xFFFFU);
  return (sum / 65535.0F - 2.0F) * 1.7320508F;
}

void store(const Colour& colour, float grain, std::uint64_t key, std::uint8_t* out) {
  const float noise = grain > 0 ? grain * noise_at(key) : 0.0F;
  for (std::size_t c = 0; c < 3; ++c)
    out[c] =
        static_cast<std::uint8_t>(std::lround(std::clamp(255 * colour[c] + noise, 0.0F, 255.0F)));
}

struct Job {
  const Scene& scene;
  const Shot& shot;
  FrozenShot now;
  FrozenShot second_eye;
  FrozenShot next;
  bool has_next;
  bool with_right;
  bool with_flow;
  std::uint64_t noise_key;
};

void render_rows(const Job& job, int first, int last, RenderedFrame& out) {
  std::vector<Hit> hits;
  std::vector<Hit> others;
  const int width = out.width;
  const auto inside = [&](double x, double y) {
    return x >= 0 && x < width && y >= 0 && y < out.height;
  };
  const auto grain = static_cast<float>(job.scene.grain);
  for (int row = first; row < last; ++row) {
    for (int column = 0; column < width; ++column) {
      const auto i = static_cast<std::size_t>(row) * width + column;
      const double x = column + 0.5;
      const double y = row + 0.5;
      job.now.hits(x, y, hits);
      store(seen(job.shot, job.now, hits, x, y), grain, job.noise_key + 2 * i, &out.left[3 * i]);
      const auto solid = FrozenShot::solid(hits);
      out.depth[i] = static_cast<float>(solid.z);
      out.moves[i] =
          solid.surface >= 0 && job.shot.surfaces[static_cast<std::size_t>(solid.surface)].moves;
      const Vec3 direction = solid.surface < 0 ? job.now.world_direction(x, y) : Vec3{};

      // Where the same point lies in another view, and whether it can be seen there.
      const auto follow = [&](const FrozenShot& view, double& to_x, double& to_y) {
        double z = 0;
        const bool in_front = solid.surface < 0
                                  ? view.project(direction, to_x, to_y)
                                  : view.project(solid.surface, solid.a, solid.b, to_x, to_y, z);
        if (!in_front || !inside(to_x, to_y)) return false;
        view.hits(to_x, to_y, others);
        return FrozenShot::solid(others).surface == solid.surface;
      };
      double to_x = std::numeric_limits<double>::quiet_NaN();
      double to_y = to_x;
      if (job.with_right) {
        out.right_seen[i] = follow(job.second_eye, to_x, to_y);
        job.second_eye.hits(x, y, others);
        store(seen(job.shot, job.second_eye, others, x, y), grain, job.noise_key + 2 * i + 1,
              &out.right[3 * i]);
      }
      if (job.with_flow) {
        to_x = to_y = std::numeric_limits<double>::quiet_NaN();
        out.flow_seen[i] = job.has_next && follow(job.next, to_x, to_y);
        out.flow[2 * i] = static_cast<float>(to_x - x);
        out.flow[2 * i + 1] = static_cast<float>(to_y - y);
      }
    }
  }
}

}  // namespace

Scene::Place Scene::place(int frame) const {
  for (std::size_t s = 0; s < shots.size(); ++s) {
    if (frame >= 0 && frame < shots[s].frames) return {static_cast<int>(s), frame};
    frame -= shots[s].frames;
  }
  throw std::out_of_range("the scene has no such frame");
}

std::vector<int> Scene::cuts() const {
  std::vector<int> result;
  int start = 0;
  for (std::size_t s = 0; s + 1 < shots.size(); ++s) result.push_back(start += shots[s].frames);
  return result;
}

RenderedFrame render(const Scene& scene, int frame, unsigned wanted, int threads) {
  const auto place = scene.place(frame);
  const auto& shot = scene.shots[static_cast<std::size_t>(place.shot)];
  const bool has_next = place.frame + 1 < shot.frames;
  const double time = place.frame;
  const int width = scene.width;
  const int height = scene.height;
  const Job job{scene,
                shot,
                FrozenShot(shot, time, 0, width, height),
                FrozenShot(shot, time, scene.baseline, width, height),
                FrozenShot(shot, has_next ? time + 1 : time, 0, width, height),
                has_next,
                (wanted & kRight) != 0,
                (wanted & kFlow) != 0,
                Random(scene.seed * 1000003ULL + static_cast<std::uint64_t>(frame)).next()};
  RenderedFrame out;
  out.width = width;
  out.height = height;
  out.shot = place.shot;
  out.camera = shot.camera(time);
  const auto pixels = static_cast<std::size_t>(width) * height;
  out.left.resize(3 * pixels);
  out.depth.resize(pixels);
  out.moves.resize(pixels);
  if (job.with_right) out.right.resize(3 * pixels);
  if (job.with_right) out.right_seen.resize(pixels);
  if (job.with_flow) out.flow.resize(2 * pixels);
  if (job.with_flow) out.flow_seen.resize(pixels);

  std::vector<std::thread> helpers;
  const int parts = std::clamp(threads, 1, height);
  for (int part = 1; part < parts; ++part)
    helpers.emplace_back(
        [&, part] { render_rows(job, height * part / parts, height * (part + 1) / parts, out); });
  render_rows(job, 0, height / parts, out);
  for (auto& helper : helpers) helper.join();
  return out;
}

}  // namespace relievo::scenes
