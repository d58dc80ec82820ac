#include "plugins/stereo/disparity.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <utility>

#include <relievo/plugin.h>

namespace relievo::stereo {

DepthMapping make_mapping(const Options& options, std::uint32_t semantic, DepthScale range,
                          int picture_width, int map_width) {
  DepthMapping m;
  const auto width = static_cast<float>(picture_width);
  if (semantic == RLV_SEM_DISPARITY_PX) {
    m.scale = static_cast<float>(options.disparity_scale * picture_width / map_width);
    m.low = -width;  // farther than this nothing of the picture remains in sight
    m.high = width;
    return m;
  }
  m.scale = range.scale;
  m.shift = range.shift;
  m.gain = static_cast<float>(options.strength / 100.0) * width;
  m.offset = -static_cast<float>(options.convergence) * m.gain;
  if (options.parallel) {
    m.offset = 0.0F;
    const bool metric = semantic == RLV_SEM_METRES || semantic == RLV_SEM_INVERSE_METRES;
    const float nearest = range.scale > 0.0F ? (1.0F - range.shift) / range.scale : 0.0F;
    if (metric && nearest > 0.0F) {
      m.scale = 1.0F / nearest;
      m.shift = 0.0F;
    }
  }
  m.otherwise = m.offset;  // what has no depth counts as infinitely far
  return m;
}

DepthMapping camera_mapping(const Camera& camera, double focal_px, int picture_width) {
  DepthMapping m;
  const double gain = camera.baseline_m * focal_px;  // px at one metre
  m.scale = 1.0F;
  m.low = 0.0F;
  // Nearer than what spans the picture twice nothing of it remains in sight.
  m.high = static_cast<float>(2.0 * picture_width / gain);
  m.gain = static_cast<float>(gain);
  m.offset = camera.screen_m > 0.0 ? static_cast<float>(-gain / camera.screen_m) : 0.0F;
  m.otherwise = m.offset;
  return m;
}

namespace {

// The least and the most parallax that a mapping gives.
std::pair<float, float> ends_of(const DepthMapping& m) {
  const float low = m.low * m.gain + m.offset;
  const float high = m.high * m.gain + m.offset;
  return std::minmax({low, high, m.otherwise});
}

}  // namespace

double share_in_front(const Plane<const float>& map, std::uint32_t semantic,
                      const DepthMapping& mapping, float parallax) {
  if (ends_of(mapping).second <= parallax) return 0.0;
  constexpr int kSamples = 128;  // on either axis
  const auto convert = semantic == RLV_SEM_METRES ? kernels().map_metres : kernels().map_inverse;
  const int across = std::min(map.width, kSamples);
  const int down = std::min(map.height, kSamples);
  std::array<float, kSamples> row{};
  int beyond = 0;
  for (int j = 0; j < down; ++j) {
    const int y = (2 * j + 1) * map.height / (2 * down);
    for (int i = 0; i < across; ++i)
      row[static_cast<std::size_t>(i)] = map.at((2 * i + 1) * map.width / (2 * across), y);
    std::array<float, kSamples> shifts;
    convert(row.data(), mapping, shifts.data(), across);
    for (int i = 0; i < across; ++i) beyond += shifts[static_cast<std::size_t>(i)] > parallax;
  }
  return static_cast<double>(beyond) / (across * down);
}

// (2 x + 1) * map / (2 * picture) - 1/2 in whole numbers, the fraction rounded to 1/65536: so the
// weights of both neighbours are exact, and a mirrored map gives the mirrored result to the bit.
void DisparityRows::Grid::prepare(int map_size, int picture_size) {
  if (from == map_size && to == picture_size) return;
  from = map_size;
  to = picture_size;
  index.resize(static_cast<std::size_t>(picture_size));
  weight.resize(static_cast<std::size_t>(picture_size));
  for (int i = 0; i < picture_size; ++i) {
    const std::int64_t twice = 2 * std::int64_t{picture_size};
    const std::int64_t position = (2 * std::int64_t{i} + 1) * map_size - picture_size;
    const std::int64_t floor = position >= 0 ? position / twice : -1;
    const double rest = static_cast<double>(position - floor * twice) / static_cast<double>(twice);
    auto at = static_cast<std::int32_t>(floor);
    auto w = static_cast<float>(std::nearbyint(rest * 65536.0) / 65536.0);
    if (at < 0) {
      at = 0;
      w = 0.0F;
    } else if (at >= map_size - 1) {
      at = map_size - 1;  // the row has one more sample behind its last
      w = 0.0F;
    }
    index[static_cast<std::size_t>(i)] = at;
    weight[static_cast<std::size_t>(i)] = w;
  }
}

void DisparityRows::begin_frame(const Plane<const float>& map, std::uint32_t semantic,
                                const DepthMapping& mapping, int width, int height,
                                const ParallaxLimit& limit, const EdgeTaper* taper) {
  static std::atomic<std::uint64_t> frames{0};
  frame_ = ++frames;
  map_ = map;
  metres_ = semantic == RLV_SEM_METRES;
  mapping_ = mapping;
  limit_ = limit;
  const auto [least, most] = ends_of(mapping);
  is_limited_ = limit.acts_on(least, most);
  taper_ = taper;
  width_ = width;
  columns_.prepare(map.width, width);
  rows_.prepare(map.height, height);
}

void DisparityRows::convert_row(int y, float* out, Scratch& scratch) const {
  const float* depth = map_.row(y);
  if (map_.pixel_stride != 1) {
    scratch.depth.resize(static_cast<std::size_t>(map_.width));
    for (int x = 0; x < map_.width; ++x) scratch.depth[static_cast<std::size_t>(x)] = map_.at(x, y);
    depth = scratch.depth.data();
  }
  (metres_ ? kernels().map_metres : kernels().map_inverse)(depth, mapping_, out, map_.width);
  if (is_limited_) limit_.apply(out, map_.width);
}

void DisparityRows::parallax_of(const float* inverse, float* out, int n) const {
  kernels().map_inverse(inverse, mapping_, out, n);
  if (is_limited_) limit_.apply(out, n);
}

const float* DisparityRows::wide_row(int y, Scratch& scratch) const {
  auto& wide = scratch.wide[static_cast<std::size_t>(y % 2)];
  if (wide.frame == frame_ && wide.y == y) return wide.row.data();
  wide.frame = frame_;
  wide.y = y;
  wide.row.resize(static_cast<std::size_t>(width_));
  if (map_.width == width_) {
    convert_row(y, wide.row.data(), scratch);
    return wide.row.data();
  }
  const auto n = static_cast<std::size_t>(map_.width);
  scratch.column.resize(n + 1);
  convert_row(y, scratch.column.data(), scratch);
  scratch.column[n] = scratch.column[n - 1];
  kernels().resample(scratch.column.data(), columns_.index.data(), columns_.weight.data(),
                     wide.row.data(), width_);
  return wide.row.data();
}

void DisparityRows::row(int y, float* out, Scratch& scratch) const {
  const auto at = static_cast<std::size_t>(y);
  const int upper = rows_.index[at];
  const float weight = rows_.weight[at];
  if (weight != 0.0F) {
    kernels().blend(wide_row(upper, scratch), wide_row(upper + 1, scratch), weight, out, width_);
  } else if (map_.width == width_) {
    convert_row(upper, out, scratch);
  } else {
    std::copy_n(wide_row(upper, scratch), width_, out);
  }
  if (taper_ != nullptr) taper_->apply(out, width_);
}

}  // namespace relievo::stereo
