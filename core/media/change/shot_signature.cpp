#include "core/media/change/shot_signature.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::media {
namespace {

constexpr int kWidth = ShotSignature::kWidth;
constexpr int kHeight = ShotSignature::kHeight;
constexpr int kBlock = ShotSignature::kBlock;
// Chroma is looked at on a grid half as fine.
constexpr int kChromaWidth = kWidth / 2;
constexpr int kChromaHeight = kHeight / 2;
// Lines of one grid cell that are read: more change its mean by less than noise does.
constexpr int kLinesPerCell = 6;

using LumaGrid = std::array<float, kWidth * kHeight>;
using ChromaGrid = std::array<float, kChromaWidth * kChromaHeight>;

// Means of one component over a grid of columns x rows cells, scaled to 0..255.
template <class T>
void average(const Plane<const T>& plane, std::int32_t width, std::int32_t height, int component,
             float scale, int columns, int rows, float* grid) {
  for (int gy = 0; gy < rows; ++gy) {
    const auto top = static_cast<std::int32_t>(std::int64_t{height} * gy / rows);
    const auto bottom = std::max<std::int32_t>(
        top + 1, static_cast<std::int32_t>(std::int64_t{height} * (gy + 1) / rows));
    const auto step = std::max<std::int32_t>(1, (bottom - top) / kLinesPerCell);
    const auto first = std::min(top + (step - 1) / 2, height - 1);
    for (int gx = 0; gx < columns; ++gx) {
      const auto left = static_cast<std::int32_t>(std::int64_t{width} * gx / columns);
      const auto right = std::max<std::int32_t>(
          left + 1, static_cast<std::int32_t>(std::int64_t{width} * (gx + 1) / columns));
      using Sum = std::conditional_t<std::is_floating_point_v<T>, float, std::uint32_t>;
      Sum sum = 0;
      int lines = 0;
      for (auto y = first; y < bottom && y < height; y += step, ++lines) {
        const auto* row = plane.row(y) + component;
        if (plane.pixel_stride == 1)
          for (auto x = left; x < right; ++x) sum += row[x];
        else
          for (auto x = left; x < right; ++x) sum += row[x * plane.pixel_stride];
      }
      grid[gy * columns + gx] =
          static_cast<float>(sum) * scale / static_cast<float>(lines * (right - left));
    }
  }
}

void average(const Frame& frame, std::uint32_t plane, int component, int columns, int rows,
             float* grid) {
  const auto info = frame.info();
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  const auto& size = layout.planes.at(plane);
  const auto bits = RLV_PIXEL_BITS(info.pixel_format);
  if (size.type.code == kDLFloat)
    return average(frame.plane<const float>(plane), size.width, size.height, component, 255.0F,
                   columns, rows, grid);
  const auto stored = RLV_PIXEL_HIGH(info.pixel_format) != 0 ? std::uint32_t{16} : bits;
  const float scale = 255.0F / static_cast<float>((1U << stored) - 1U);
  if (size.type.bits == 8)
    average(frame.plane<const std::uint8_t>(plane), size.width, size.height, component, scale,
            columns, rows, grid);
  else
    average(frame.plane<const std::uint16_t>(plane), size.width, size.height, component, scale,
            columns, rows, grid);
}

struct Grids {
  LumaGrid luma{};
  ChromaGrid cb{};
  ChromaGrid cr{};
};

void read_ycbcr(const Frame& frame, bool semiplanar, Grids& grids) {
  average(frame, 0, 0, kWidth, kHeight, grids.luma.data());
  average(frame, 1, 0, kChromaWidth, kChromaHeight, grids.cb.data());
  average(frame, semiplanar ? 1 : 2, semiplanar ? 1 : 0, kChromaWidth, kChromaHeight,
          grids.cr.data());
}

void read_rgb(const Frame& frame, bool planar, Grids& grids) {
  std::array<LumaGrid, 3> rgb;
  for (int c = 0; c < 3; ++c)
    average(frame, planar ? static_cast<std::uint32_t>(c) : 0, planar ? 0 : c, kWidth, kHeight,
            rgb.at(static_cast<std::size_t>(c)).data());
  for (std::size_t i = 0; i < grids.luma.size(); ++i)
    grids.luma[i] = 0.25F * rgb[0][i] + 0.5F * rgb[1][i] + 0.25F * rgb[2][i];
  for (int y = 0; y < kChromaHeight; ++y)
    for (int x = 0; x < kChromaWidth; ++x) {
      const auto to = static_cast<std::size_t>(y * kChromaWidth + x);
      const auto from = static_cast<std::size_t>(2 * y * kWidth + 2 * x);
      grids.cb[to] = 127.5F + 0.5F * (rgb[2][from] - grids.luma[from]);
      grids.cr[to] = 127.5F + 0.5F * (rgb[0][from] - grids.luma[from]);
    }
}

// A value's two neighbouring bins and the share of the upper one.
struct Bins {
  int lower;
  int upper;
  float share;
};
Bins bins_of(float value, int count) {
  const float at = std::clamp(value / 256.0F * static_cast<float>(count) - 0.5F, 0.0F,
                              static_cast<float>(count - 1));
  const int lower = static_cast<int>(at);
  return {lower, std::min(lower + 1, count - 1), at - static_cast<float>(lower)};
}

// Chroma of films stays near grey: its middle half is spread over the bins.
float spread(float chroma) {
  return 127.5F + 2.0F * (chroma - 127.5F);
}

void fill_histogram(const Grids& grids, ShotSignature& signature) {
  for (int y = 0; y < kChromaHeight; ++y)
    for (int x = 0; x < kChromaWidth; ++x) {
      const auto chroma = static_cast<std::size_t>(y * kChromaWidth + x);
      const auto cb = bins_of(spread(grids.cb[chroma]), 6);
      const auto cr = bins_of(spread(grids.cr[chroma]), 6);
      for (int part = 0; part < 4; ++part) {
        const auto cell = static_cast<std::size_t>((2 * y + part / 2) * kWidth + 2 * x + part % 2);
        const auto luma = bins_of(grids.luma[cell], 8);
        for (int corner = 0; corner < 8; ++corner) {
          const bool l = (corner & 1) != 0;
          const bool b = (corner & 2) != 0;
          const bool r = (corner & 4) != 0;
          const float share = (l ? luma.share : 1.0F - luma.share) *
                              (b ? cb.share : 1.0F - cb.share) * (r ? cr.share : 1.0F - cr.share);
          const int bin = ((l ? luma.upper : luma.lower) * 6 + (b ? cb.upper : cb.lower)) * 6 +
                          (r ? cr.upper : cr.lower);
          signature.histogram.at(static_cast<std::size_t>(bin)) += share / (kWidth * kHeight);
        }
      }
    }
}

int block_mean(const std::int16_t* corner) {
  int sum = 0;
  for (int y = 0; y < kBlock; ++y)
    for (int x = 0; x < kBlock; ++x) sum += corner[y * kWidth + x];
  return (sum + kBlock * kBlock / 2) / (kBlock * kBlock);
}

float block_texture(const std::int16_t* corner) {
  const int mean = block_mean(corner);
  int sum = 0;
  for (int y = 0; y < kBlock; ++y)
    for (int x = 0; x < kBlock; ++x) sum += std::abs(corner[y * kWidth + x] - mean);
  return static_cast<float>(sum);
}

// Means of all blocks of a picture, at every position.
void fill_means(ShotSignature& signature) {
  std::array<std::int32_t, kWidth * kHeight> rows{};
  for (int y = 0; y < kHeight; ++y) {
    int sum = 0;
    for (int x = 0; x < kWidth; ++x) {
      sum += signature.luma[static_cast<std::size_t>(y * kWidth + x)];
      if (x >= kBlock) sum -= signature.luma[static_cast<std::size_t>(y * kWidth + x - kBlock)];
      if (x >= kBlock - 1) rows[static_cast<std::size_t>(y * kWidth + x - kBlock + 1)] = sum;
    }
  }
  for (int x = 0; x + kBlock <= kWidth; ++x)
    for (int y = 0; y + kBlock <= kHeight; ++y) {
      int sum = kBlock * kBlock / 2;
      for (int i = 0; i < kBlock; ++i) sum += rows[static_cast<std::size_t>((y + i) * kWidth + x)];
      signature.means[static_cast<std::size_t>(y * kWidth + x)] =
          static_cast<std::int16_t>(sum / (kBlock * kBlock));
    }
}

// Means over squares of side pixels of a grid, around 128.
void coarsen(const float* grid, int width, int height, int side, float gain, float* out) {
  for (int y = 0; y < height / side; ++y)
    for (int x = 0; x < width / side; ++x) {
      float sum = 0.0F;
      for (int v = 0; v < side; ++v)
        for (int u = 0; u < side; ++u) sum += grid[(y * side + v) * width + x * side + u];
      *out++ = gain * (sum / static_cast<float>(side * side) - 128.0F);
    }
}

void fill_blend(const Grids& grids, ShotSignature& signature) {
  constexpr std::size_t kChroma = (ShotSignature::kBlend - ShotSignature::kBlendLuma) / 2;
  auto* out = signature.blend.data();
  coarsen(grids.luma.data(), kWidth, kHeight, 4, 1.0F, out);
  coarsen(grids.cb.data(), kChromaWidth, kChromaHeight, 4, 2.0F, out + ShotSignature::kBlendLuma);
  coarsen(grids.cr.data(), kChromaWidth, kChromaHeight, 4, 2.0F,
          out + ShotSignature::kBlendLuma + kChroma);
  float sum = 0.0F;
  float squares = 0.0F;
  for (const float v : grids.luma) {
    sum += v;
    squares += v * v;
  }
  constexpr auto kCount = static_cast<float>(kWidth * kHeight);
  signature.mean = sum / kCount;
  signature.contrast =
      std::sqrt(std::max(0.0F, squares / kCount - signature.mean * signature.mean));
}

// Sum over a block of |(a - its mean) - (b - its mean)|; offset is the difference of the means.
int difference(const std::int16_t* a, const std::int16_t* b, int offset) {
  const auto shift = static_cast<std::int16_t>(offset);
  int sum = 0;
  for (int y = 0; y < kBlock; ++y) {
    for (int x = 0; x < kBlock; ++x) {
      const auto d = static_cast<std::int16_t>(a[y * kWidth + x] - b[y * kWidth + x] - shift);
      sum += d < 0 ? -d : d;
    }
  }
  return sum;
}

// What is left of each of b's blocks when it is predicted from a, as a mean over its pixels.
void unexplained(const ShotSignature& a, const ShotSignature& b, const Reach& reach, float* left) {
  for (int by = 0; by < kHeight; by += kBlock)
    for (int bx = 0; bx < kWidth; bx += kBlock) {
      const auto* block = b.luma.data() + by * kWidth + bx;
      const int mean = b.means[static_cast<std::size_t>(by * kWidth + bx)];
      int best = kBlock * kBlock * 255;
      for (int y = std::max(0, by - reach.y); y <= std::min(kHeight - kBlock, by + reach.y); ++y)
        for (int x = std::max(0, bx - reach.x); x <= std::min(kWidth - kBlock, bx + reach.x); ++x)
          best =
              std::min(best, difference(block, a.luma.data() + y * kWidth + x,
                                        mean - a.means[static_cast<std::size_t>(y * kWidth + x)]));
      *left++ = static_cast<float>(best) / (kBlock * kBlock);
    }
}

}  // namespace

ShotSignature shot_signature(const Frame& frame) {
  const auto format = frame.info().pixel_format;
  const auto layout = RLV_PIXEL_LAYOUT(format);
  Grids grids;
  grids.cb.fill(127.5F);
  grids.cr.fill(127.5F);
  switch (RLV_PIXEL_MODEL(format)) {
    case RLV_MODEL_GREY: average(frame, 0, 0, kWidth, kHeight, grids.luma.data()); break;
    case RLV_MODEL_YCBCR: read_ycbcr(frame, layout == RLV_LAYOUT_SEMIPLANAR, grids); break;
    case RLV_MODEL_RGB: read_rgb(frame, layout == RLV_LAYOUT_PLANAR, grids); break;
    default:
      fail(RLV_E_UNSUPPORTED, "cuts are looked for in pictures, not in ",
           pixel_format_name(format));
  }
  ShotSignature signature;
  for (std::size_t i = 0; i < grids.luma.size(); ++i)
    signature.luma[i] =
        static_cast<std::int16_t>(std::lround(std::clamp(grids.luma[i], 0.0F, 255.0F)));
  fill_histogram(grids, signature);
  fill_means(signature);
  fill_blend(grids, signature);
  for (int y = 0; y < kHeight; y += kBlock)
    for (int x = 0; x < kWidth; x += kBlock)
      signature.texture += block_texture(signature.luma.data() + y * kWidth + x);
  signature.texture /= kWidth * kHeight;
  return signature;
}

BlockChange block_change(const ShotSignature& a, const ShotSignature& b, const Reach& reach) {
  BlockChange change;
  unexplained(a, b, reach, change.data());
  unexplained(b, a, reach, change.data() + change.size() / 2);
  return change;
}

float structure_left(const ShotSignature& a, const ShotSignature& b, const Reach& reach) {
  const auto change = block_change(a, b, reach);
  return 2.0F * std::accumulate(change.begin(), change.end(), 0.0F) /
         static_cast<float>(change.size());
}

float blend_product(const ShotSignature& a, const ShotSignature& b) {
  // Several sums at once: the compiler may not reorder one.
  constexpr std::size_t kLanes = 16;
  static_assert(ShotSignature::kBlend % kLanes == 0);
  std::array<float, kLanes> sums{};
  for (std::size_t i = 0; i < a.blend.size(); i += kLanes)
    for (std::size_t k = 0; k < kLanes; ++k) sums[k] += a.blend[i + k] * b.blend[i + k];
  return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

float colour_distance(const ShotSignature& a, const ShotSignature& b) {
  float sum = 0.0F;
  for (std::size_t i = 0; i < a.histogram.size(); ++i)
    sum += std::abs(a.histogram[i] - b.histogram[i]);
  return 0.5F * sum;
}

}  // namespace relievo::media
