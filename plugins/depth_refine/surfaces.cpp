#include "surfaces.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::depth_refine {
namespace {

constexpr int kBins = 24;  // between the farthest and the nearest sample
// A sample whose slope reaches this share of the step around it lies on the ramp of an edge.
constexpr float kRamp = 0.08F;
// Surfaces are apart by at least this share of the step around.
constexpr float kGap = 0.18F;
// Samples that a surface has at least, by their weights.
constexpr float kLeast = 0.5F;
// Pixels of the map: how far apart samples must lie before their slope is believed.
constexpr float kSlopeScale = 4.0F;

}  // namespace

// Samples off the ramps, in the order of rows, with the surface that each belongs to.
struct SurfaceFinder::Window {
  struct Sample {
    float value, weight;
    int x, y;
  };
  int count = 0;
  std::array<Sample, kMaxSamples> samples;
  std::array<std::uint8_t, kMaxSamples> surface;
  int surfaces = 0;
  std::array<int, kMaxSurfaces> counts{};
  float centre_x = 0.0F;
  float centre_y = 0.0F;

  void part(float threshold);
};

// The widest runs without any sample between the values part the surfaces.
void SurfaceFinder::Window::part(float threshold) {
  float low = samples[0].value, high = low;
  for (int s = 1; s < count; ++s) {
    const float value = samples[static_cast<std::size_t>(s)].value;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const float range = high - low;
  surfaces = 1;
  if (range < threshold) return;
  const float scale = static_cast<float>(kBins) / range;
  std::array<std::uint8_t, kMaxSamples> bin;
  std::array<int, kBins> held{};
  for (int s = 0; s < count; ++s) {
    const auto index = static_cast<std::size_t>(s);
    bin[index] = static_cast<std::uint8_t>(
        std::min(static_cast<int>((samples[index].value - low) * scale), kBins - 1));
    ++held[bin[index]];
  }
  struct Gap {
    int end = kBins, width = 0;
  };
  std::array<Gap, kMaxSurfaces - 1> gaps{};  // widest first
  const int least =
      std::max(2, static_cast<int>(std::ceil(std::max(kGap * range, threshold) * scale)) - 1);
  for (int last = 0, b = 1; b < kBins; ++b) {
    if (held[static_cast<std::size_t>(b)] == 0) continue;
    Gap gap{b, b - last - 1};
    last = b;
    if (gap.width < least) continue;
    for (auto& place : gaps)
      if (gap.width > place.width) std::swap(gap, place);
  }
  std::array<std::uint8_t, kBins> surface_of{};
  for (const auto& gap : gaps) {
    surfaces += gap.width > 0 ? 1 : 0;
    for (int b = gap.end; b < kBins; ++b) ++surface_of[static_cast<std::size_t>(b)];
  }
  for (int s = 0; s < count; ++s) {
    const auto index = static_cast<std::size_t>(s);
    surface[index] = surface_of[bin[index]];
    ++counts[surface[index]];
  }
}

SurfaceFinder::SurfaceFinder(const cv::Mat1f& inverse, const cv::Mat1b& unknown, const Guide& guide,
                             int radius, float threshold)
    : inverse_(inverse),
      unknown_(unknown),
      guide_(guide),
      radius_(radius),
      edge_radius_(std::max(1, 2 * radius / 3)),
      threshold_(threshold),
      edges_(find_edges(inverse, edge_radius_, threshold)) {}

bool SurfaceFinder::has_edge(int x, int y) const {
  for (int j = y; j < std::min(y + kCell, inverse_.rows); ++j)
    for (int i = x; i < std::min(x + kCell, inverse_.cols); ++i)
      if (edges_.near(j, i) != 0) return true;
  return false;
}

// Greatest less smallest depth of the window: its corners' neighbourhoods cover it.
float SurfaceFinder::step_around(int x, int y) const {
  const int in = radius_ - edge_radius_;
  float low = edges_.farthest(y, x), high = edges_.nearest(y, x);
  for (const int j : {std::max(0, y - in), std::min(inverse_.rows - 1, y + kCell - 1 + in)})
    for (const int i : {std::max(0, x - in), std::min(inverse_.cols - 1, x + kCell - 1 + in)}) {
      low = std::min(low, edges_.farthest(j, i));
      high = std::max(high, edges_.nearest(j, i));
    }
  return high - low;
}

void SurfaceFinder::collect(int x, int y, Window& window) const {
  const int left = std::max(0, x - radius_), right = std::min(x + kCell + radius_, inverse_.cols);
  const int top = std::max(0, y - radius_), bottom = std::min(y + kCell + radius_, inverse_.rows);
  const float steepest = kRamp * step_around(x, y);
  const float flatness = 1.0F / (steepest * steepest);
  const float scale = 1.0F / static_cast<float>(radius_ * radius_);
  window.centre_x = static_cast<float>(x) + 0.5F * (kCell - 1);
  window.centre_y = static_cast<float>(y) + 0.5F * (kCell - 1);
  for (int j = top; j < bottom; ++j) {
    const float* const slopes = edges_.slope[j];
    const float* const values = inverse_[j];
    const std::uint8_t* const unknown = unknown_.empty() ? nullptr : unknown_[j];
    const float dy = static_cast<float>(j) - window.centre_y;
    for (int i = left + ((left + j) & 1); i < right; i += 2) {
      const float slope = slopes[i];
      if (slope >= steepest || (unknown != nullptr && unknown[i] != 0)) continue;
      const float dx = static_cast<float>(i) - window.centre_x;
      const float level = 1.0F - slope * slope * flatness;
      window.samples[static_cast<std::size_t>(window.count++)] = {
          values[i], level * level / (1.0F + scale * (dx * dx + dy * dy)), i, j};
    }
  }
}

// A plane through the samples of each surface, by weighted least squares; its slope is drawn
// towards 0 where the samples lie close together.
void SurfaceFinder::describe(const Window& window, CellSurfaces& cell) const {
  struct Sums {
    float n = 0, x = 0, y = 0, v = 0, xx = 0, xy = 0, yy = 0, xv = 0, yv = 0, low = 0, high = 0;
  };
  std::array<Sums, kMaxSurfaces> sums;
  std::array<int, kMaxSurfaces> first{}, filled{};
  for (std::size_t k = 1; k < kMaxSurfaces; ++k) first[k] = first[k - 1] + window.counts[k - 1];
  for (int s = 0; s < window.count; ++s) {
    const auto index = static_cast<std::size_t>(s);
    const std::size_t k = window.surface[index];
    const auto& sample = window.samples[index];
    auto& sum = sums[k];
    const float w = sample.weight, v = sample.value;
    const float dx = static_cast<float>(sample.x) - window.centre_x;
    const float dy = static_cast<float>(sample.y) - window.centre_y;
    sum.n += w;
    sum.x += w * dx;
    sum.y += w * dy;
    sum.v += w * v;
    sum.xx += w * dx * dx;
    sum.xy += w * dx * dy;
    sum.yy += w * dy * dy;
    sum.xv += w * dx * v;
    sum.yv += w * dy * v;
    sum.low = filled[k] == 0 ? v : std::min(sum.low, v);
    sum.high = filled[k] == 0 ? v : std::max(sum.high, v);
    const int place = first[k] + filled[k]++;
    const auto slot = static_cast<std::size_t>(place);
    cell.weight[slot] = w;
    cell.luma[slot] = guide_[0][sample.y][sample.x];
    cell.first_chroma[slot] = guide_[1][sample.y][sample.x];
    cell.second_chroma[slot] = guide_[2][sample.y][sample.x];
  }
  for (std::size_t k = 0; k < static_cast<std::size_t>(window.surfaces); ++k) {
    const auto& sum = sums[k];
    if (sum.n < kLeast) continue;
    const float mx = sum.x / sum.n, my = sum.y / sum.n, mv = sum.v / sum.n;
    const float xx = sum.xx / sum.n - mx * mx + kSlopeScale;
    const float yy = sum.yy / sum.n - my * my + kSlopeScale;
    const float xy = sum.xy / sum.n - mx * my;
    const float xv = sum.xv / sum.n - mx * mv;
    const float yv = sum.yv / sum.n - my * mv;
    const float determinant = xx * yy - xy * xy;
    const float beyond = 0.25F * (sum.high - sum.low);
    auto& surface = cell.surfaces[static_cast<std::size_t>(cell.count++)];
    surface.first = first[k];
    surface.count = filled[k];
    surface.weight = sum.n;
    surface.mean = mv;
    surface.x0 = window.centre_x + mx;
    surface.y0 = window.centre_y + my;
    surface.slope_x = (xv * yy - yv * xy) / determinant;
    surface.slope_y = (yv * xx - xv * xy) / determinant;
    surface.low = sum.low - beyond;
    surface.high = sum.high + beyond;
  }
}

void SurfaceFinder::find(int x, int y, CellSurfaces& cell) const {
  cell.count = 0;
  if (!has_edge(x, y)) return;
  Window window;
  collect(x, y, window);
  if (window.count < 2) return;
  window.part(threshold_);
  if (window.surfaces >= 2) describe(window, cell);
}

}  // namespace relievo::depth_refine
