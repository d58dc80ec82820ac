#include "tools/scenes/texture.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "tools/scenes/geometry.hpp"

namespace relievo::scenes {
namespace {

using Field = std::vector<float>;
constexpr int kSize = Texture::kSize;

// floor() for |x| below a million, without a call into the C library.
std::int64_t whole(double x) {
  constexpr std::int64_t kOffset = 1 << 20;
  return static_cast<std::int64_t>(x + kOffset) - kOffset;
}

// log2 to within 0.09: linear between powers of two, which is all that a mip level needs.
double rough_log2(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  return static_cast<double>(bits) * 0x1p-52 - 1023;
}

float smooth(float t) {
  return t * t * t * (t * (6 * t - 15) + 10);
}

// Gradient noise (Perlin 2002) on a lattice that closes on itself, one octave of `cells` cells.
void add_octave(Field& field, int cells, float amplitude, Random& random) {
  std::vector<float> gx(static_cast<std::size_t>(cells) * cells);
  std::vector<float> gy(gx.size());
  for (std::size_t i = 0; i < gx.size(); ++i) {
    const double angle = random.uniform(0, 6.283185307179586);
    gx[i] = static_cast<float>(std::cos(angle));
    gy[i] = static_cast<float>(std::sin(angle));
  }
  const float step = static_cast<float>(cells) / kSize;
  for (int y = 0; y < kSize; ++y) {
    const float fy = static_cast<float>(y) * step;
    const int y0 = static_cast<int>(fy);
    const int y1 = (y0 + 1) % cells;
    const float ty = fy - static_cast<float>(y0);
    for (int x = 0; x < kSize; ++x) {
      const float fx = static_cast<float>(x) * step;
      const int x0 = static_cast<int>(fx);
      const int x1 = (x0 + 1) % cells;
      const float tx = fx - static_cast<float>(x0);
      const auto corner = [&](int cx, int cy, float dx, float dy) {
        const auto i = static_cast<std::size_t>(cy) * cells + cx;
        return gx[i] * dx + gy[i] * dy;
      };
      const float top = std::lerp(corner(x0, y0, tx, ty), corner(x1, y0, tx - 1, ty), smooth(tx));
      const float bottom =
          std::lerp(corner(x0, y1, tx, ty - 1), corner(x1, y1, tx - 1, ty - 1), smooth(tx));
      field[static_cast<std::size_t>(y) * kSize + x] +=
          amplitude * std::lerp(top, bottom, smooth(ty));
    }
  }
}

Field fractal(Random& random, int coarsest, float falloff) {
  Field field(static_cast<std::size_t>(kSize) * kSize, 0.0F);
  float amplitude = 1;
  for (int cells = coarsest; cells <= kSize / 2; cells *= 2, amplitude *= falloff)
    add_octave(field, cells, amplitude, random);
  double square = 0;
  for (const float v : field) square += double{v} * v;
  const auto scale =
      static_cast<float>(0.4 / std::sqrt(square / static_cast<double>(field.size())));
  for (float& v : field) v = std::clamp(v * scale, -1.0F, 1.0F);
  return field;
}

// Tone of the stone, board or window pane that a point lies in; joints are dark.
void add_masonry(Field& field, Random& random, int columns, int rows, bool shifted, float joint,
                 float contrast) {
  std::vector<float> tones(static_cast<std::size_t>(columns) * rows);
  for (float& tone : tones) tone = static_cast<float>(random.uniform(-contrast, contrast));
  for (int y = 0; y < kSize; ++y) {
    const float fy = static_cast<float>(y) * static_cast<float>(rows) / kSize;
    const int row = static_cast<int>(fy);
    for (int x = 0; x < kSize; ++x) {
      const float fx = static_cast<float>(x) * static_cast<float>(columns) / kSize +
                       (shifted && row % 2 == 1 ? 0.5F : 0.0F);
      const int column = static_cast<int>(fx) % columns;
      const float in_x = fx - std::floor(fx);
      const float in_y = fy - std::floor(fy);
      const bool is_joint = std::min(in_x, 1 - in_x) < joint || std::min(in_y, 1 - in_y) < joint;
      float& value = field[static_cast<std::size_t>(y) * kSize + x];
      value = std::clamp(
          0.5F * value +
              (is_joint ? -contrast : tones[static_cast<std::size_t>(row * columns + column)]),
          -1.0F, 1.0F);
    }
  }
}

}  // namespace

Texture::Texture(Grain grain, std::uint64_t seed) {
  Random random(seed);
  Field first = fractal(random, 4, grain == Grain::kGravel ? 0.8F : 0.62F);
  const Field second = fractal(random, 2, 0.5F);
  if (grain == Grain::kBricks) add_masonry(first, random, 16, 32, true, 0.05F, 0.6F);
  if (grain == Grain::kStripes) add_masonry(first, random, 24, 2, true, 0.04F, 0.5F);
  if (grain == Grain::kWindows) add_masonry(first, random, 8, 8, false, 0.22F, 0.7F);

  levels_.emplace_back(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) levels_[0][i] = {first[i], second[i]};
  for (int size = kSize / 2; size >= 1; size /= 2) {
    const auto& finer = levels_.back();
    std::vector<Value> level(static_cast<std::size_t>(size) * size);
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        const auto at = [&](int dx, int dy) {
          return finer[static_cast<std::size_t>(2 * y + dy) * (2 * size) + 2 * x + dx];
        };
        const auto a = at(0, 0), b = at(1, 0), c = at(0, 1), d = at(1, 1);
        level[static_cast<std::size_t>(y) * size + x] = {
            0.25F * (a.first + b.first + c.first + d.first),
            0.25F * (a.second + b.second + c.second + d.second)};
      }
    }
    levels_.push_back(std::move(level));
  }
}

Texture::Value Texture::bilinear(int level, double u, double v) const {
  const int size = kSize >> level;
  const double x = u * size - 0.5;
  const double y = v * size - 0.5;
  const auto whole_x = whole(x);
  const auto whole_y = whole(y);
  const auto tx = static_cast<float>(x - static_cast<double>(whole_x));
  const auto ty = static_cast<float>(y - static_cast<double>(whole_y));
  const auto mask = static_cast<std::int64_t>(size - 1);
  const auto x0 = whole_x & mask;
  const auto y0 = whole_y & mask;
  const auto x1 = (x0 + 1) & mask;
  const auto y1 = (y0 + 1) & mask;
  const auto& texels = levels_[static_cast<std::size_t>(level)];
  const auto& a = texels[static_cast<std::size_t>(y0 * size + x0)];
  const auto& b = texels[static_cast<std::size_t>(y0 * size + x1)];
  const auto& c = texels[static_cast<std::size_t>(y1 * size + x0)];
  const auto& d = texels[static_cast<std::size_t>(y1 * size + x1)];
  const auto mix = [&](float p, float q, float r, float s) {
    const float top = p + tx * (q - p);
    const float bottom = r + tx * (s - r);
    return top + ty * (bottom - top);
  };
  return {mix(a.first, b.first, c.first, d.first), mix(a.second, b.second, c.second, d.second)};
}

Texture::Value Texture::sample(double u, double v, double footprint) const {
  const double lod = std::clamp(rough_log2(std::max(footprint * kSize, 1e-6)), 0.0,
                                static_cast<double>(levels_.size()) - 1.001);
  const int level = static_cast<int>(lod);
  const auto t = static_cast<float>(lod - level);
  const auto fine = bilinear(level, u, v);
  if (t <= 0) return fine;
  const auto coarse = bilinear(level + 1, u, v);
  return {fine.first + t * (coarse.first - fine.first),
          fine.second + t * (coarse.second - fine.second)};
}

double wave(double t, std::uint64_t seed) {
  const double floor_t = std::floor(t);
  const auto lattice = [&](std::int64_t i) {
    return Random(seed * 0x2545F4914F6CDD1DULL + static_cast<std::uint64_t>(i)).uniform(-1, 1);
  };
  const auto i = static_cast<std::int64_t>(floor_t);
  const double f = t - floor_t;
  return std::lerp(lattice(i), lattice(i + 1), f * f * f * (f * (6 * f - 15) + 10));
}

}  // namespace relievo::scenes
