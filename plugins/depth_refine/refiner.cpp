#include "refiner.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <opencv2/imgproc.hpp>

#include "inverse.hpp"

namespace relievo::depth_refine {
namespace {

// Jumps below this share of the range are left alone: about a pixel of parallax at 1080p.
constexpr float kThreshold = 0.03F;
// How fast the range of a shot follows.
constexpr float kRangeRate = 0.1F;
// What depth itself says is believed up to odds of about one over this.
constexpr float kDoubt = 0.03F;
// Likeness that any colour has to any surface: what was not seen there may belong there.
constexpr float kUnseen = 0.008F;
// Depth within this share of a step from a surface is taken as measured, not from its plane.
constexpr float kMeasured = 0.04F;
// Votes of a pixel's past beside those of its sixteen neighbours.
constexpr float kPast = 6.0F;
// Share of the smallest step between two surfaces that still is one surface.
constexpr float kSame = 0.4F;

// Neighbours that vote: eight at a distance of one pixel of the picture, eight at two.
constexpr int kReach = 2;
constexpr std::size_t kNeighbours = 16;

int padded(int n) {
  return (n + 7) / 8 * 8;
}

Colours<std::uint8_t> colours_at(const Guide& guide, int x, int y) {
  return {guide[0][y] + x, guide[1][y] + x, guide[2][y] + x};
}

}  // namespace

Axis::Axis(int picture, int map) {
  const double step = static_cast<double>(map) / picture;
  begin.assign(static_cast<std::size_t>(map) + 1, picture);
  for (int p = picture - 1; p >= 0; --p) {
    const auto i = static_cast<int>((std::int64_t{2} * p + 1) * map / (std::int64_t{2} * picture));
    begin[static_cast<std::size_t>(i)] = p;
  }
  for (int i = map - 1; i >= 0; --i)
    begin[static_cast<std::size_t>(i)] =
        std::min(begin[static_cast<std::size_t>(i)], begin[static_cast<std::size_t>(i) + 1]);
  for (int p = 0; p < picture; ++p) {
    index.push_back(
        static_cast<int>((std::int64_t{2} * p + 1) * map / (std::int64_t{2} * picture)));
    place.push_back(static_cast<float>((p + 0.5) * step - 0.5));
  }
}

struct Refiner::Scratch {
  CellSurfaces cell;
  std::vector<float> luma, first_chroma, second_chroma;
  std::array<std::vector<float>, kMaxSurfaces> density;
  std::vector<float> tolerance;
};

void Refiner::reset() {
  has_past_ = false;
}

const cv::Mat1f& Refiner::next(cv::Mat1f& inverse, Guide& guide) {
  const cv::Size size = guide[0].size();
  if (settled_.size() != size ||
      columns_.begin.size() != static_cast<std::size_t>(inverse.cols) + 1 ||
      rows_.begin.size() != static_cast<std::size_t>(inverse.rows) + 1) {
    columns_ = Axis(size.width, inverse.cols);
    rows_ = Axis(size.height, inverse.rows);
    has_past_ = false;
  }
  std::swap(past_guide_, guide_);
  std::swap(past_, settled_);
  std::swap(guide_, guide);
  settled_.create(size);

  const float range = range_of(inverse);
  range_ = has_past_ ? range_ + kRangeRate * (range - range_) : range;
  const cv::Mat1b unknown = fill_unknown(inverse);
  const bool smaller = size.width < inverse.cols || size.height < inverse.rows;
  cv::resize(inverse, decided_, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  tolerance_ =
      cv::Mat1f::zeros((inverse.rows + kCell - 1) / kCell, (inverse.cols + kCell - 1) / kCell);
  std::vector<Scratch> scratch(static_cast<std::size_t>(team_.size()));
  if (range_ > 0.0F) {
    const float threshold = kThreshold * range_;
    const auto colours = resized(guide_, inverse.size());
    const SurfaceFinder finder(inverse, unknown, colours, options_.radius, threshold);
    team_.run(tolerance_.rows, [&](int row, int member) {
      decide(finder, row, scratch[static_cast<std::size_t>(member)]);
    });
  }
  team_.run(size.height, [&](int y, int member) {
    settle_row(y, scratch[static_cast<std::size_t>(member)]);
    if (unknown.empty()) return;
    const std::uint8_t* const mask = unknown[rows_.index[static_cast<std::size_t>(y)]];
    float* const out = settled_[y];
    for (int x = 0; x < size.width; ++x)
      if (mask[columns_.index[static_cast<std::size_t>(x)]] != 0)
        out[x] = std::numeric_limits<float>::quiet_NaN();
  });
  has_past_ = true;
  return settled_;
}

void Refiner::decide(const SurfaceFinder& finder, int cell_row, Scratch& scratch) {
  const int map_y = cell_row * kCell;
  const int end_y = std::min(map_y + kCell, static_cast<int>(rows_.begin.size()) - 1);
  const int y = rows_.begin[static_cast<std::size_t>(map_y)];
  const int height = rows_.begin[static_cast<std::size_t>(end_y)] - y;
  for (int column = 0; column < tolerance_.cols; ++column) {
    const int map_x = column * kCell;
    const int end_x = std::min(map_x + kCell, static_cast<int>(columns_.begin.size()) - 1);
    const int x = columns_.begin[static_cast<std::size_t>(map_x)];
    const int width = columns_.begin[static_cast<std::size_t>(end_x)] - x;
    if (width == 0 || height == 0) continue;
    auto& cell = scratch.cell;
    finder.find(map_x, map_y, cell);
    if (cell.count < 2) continue;
    float gap = std::numeric_limits<float>::infinity();
    for (std::size_t k = 1; k < static_cast<std::size_t>(cell.count); ++k)
      gap = std::min(gap, cell.surfaces[k].mean - cell.surfaces[k - 1].mean);
    tolerance_(cell_row, column) = kSame * gap;
    decide_cell(cell, {x, y, width, height}, scratch);
  }
}

void Refiner::decide_cell(const CellSurfaces& cell, cv::Rect pixels, Scratch& scratch) {
  const int n = padded(pixels.area());
  for (auto* values : {&scratch.luma, &scratch.first_chroma, &scratch.second_chroma})
    values->resize(static_cast<std::size_t>(n));
  std::size_t p = 0;
  for (int y = pixels.y; y < pixels.br().y; ++y)
    for (int x = pixels.x; x < pixels.br().x; ++x, ++p) {
      scratch.luma[p] = guide_[0](y, x);
      scratch.first_chroma[p] = guide_[1](y, x);
      scratch.second_chroma[p] = guide_[2](y, x);
    }
  const auto count = static_cast<std::size_t>(cell.count);
  for (std::size_t k = 0; k < count; ++k) {
    const auto& surface = cell.surfaces[k];
    scratch.density[k].assign(static_cast<std::size_t>(n), 0.0F);
    kernels_.add_likeness(
        {cell.luma.data() + surface.first, cell.first_chroma.data() + surface.first,
         cell.second_chroma.data() + surface.first},
        cell.weight.data() + surface.first, surface.count,
        {scratch.luma.data(), scratch.first_chroma.data(), scratch.second_chroma.data()}, n,
        sharpness_, scratch.density[k].data());
  }
  p = 0;
  for (int y = pixels.y; y < pixels.br().y; ++y) {
    const float map_y = rows_.place[static_cast<std::size_t>(y)];
    for (int x = pixels.x; x < pixels.br().x; ++x, ++p) {
      const float map_x = columns_.place[static_cast<std::size_t>(x)];
      std::array<float, kMaxSurfaces> depth{};
      for (std::size_t k = 0; k < count; ++k) depth[k] = cell.surfaces[k].at(map_x, map_y);
      const float step = depth[count - 1] - depth[0];
      if (!(step > 0.0F)) continue;
      float& value = decided_(y, x);
      float best = -1.0F, chosen = value;
      for (std::size_t k = 0; k < count; ++k) {
        const float off = (value - depth[k]) / step;
        float likeness = scratch.density[k][p] / cell.surfaces[k].weight + kUnseen;
        if (options_.strength != 1.0F) likeness = std::pow(likeness, options_.strength);
        const float score = likeness / (kDoubt + off * off);
        if (score <= best) continue;
        best = score;
        const float near = off / kMeasured;
        const float kept = std::max(0.0F, 1.0F - near * near);
        chosen = depth[k] + kept * kept * (value - depth[k]);
      }
      value = chosen;
    }
  }
}

void Refiner::settle_row(int y, Scratch& scratch) {
  const int width = decided_.cols;
  const float* const in = decided_[y];
  float* const out = settled_[y];
  std::copy_n(in, width, out);
  if (y < kReach || y + kReach >= decided_.rows || width <= 2 * kReach) return;
  // Where nothing was decided nothing is voted on.
  const float* const cells = tolerance_[rows_.index[static_cast<std::size_t>(y)] / kCell];
  auto& tolerance = scratch.tolerance;
  tolerance.assign(static_cast<std::size_t>(width), std::numeric_limits<float>::infinity());
  for (int cell = 0; cell < tolerance_.cols; ++cell) {
    if (cells[cell] <= 0.0F) continue;
    const int first = cell * kCell;
    const int end = std::min(first + kCell, static_cast<int>(columns_.begin.size()) - 1);
    std::fill(tolerance.begin() + columns_.begin[static_cast<std::size_t>(first)],
              tolerance.begin() + columns_.begin[static_cast<std::size_t>(end)], cells[cell]);
  }
  const std::ptrdiff_t stride = decided_.ptr<float>(1) - decided_.ptr<float>(0);
  for (int x = kReach; x < width - kReach; x += kBlock) {
    const int n = std::min(kBlock, width - kReach - x);
    float least = std::numeric_limits<float>::infinity();
    const int last = columns_.index[static_cast<std::size_t>(x + n - 1)] / kCell;
    for (int cell = columns_.index[static_cast<std::size_t>(x)] / kCell; cell <= last; ++cell)
      if (cells[cell] > 0.0F) least = std::min(least, cells[cell]);
    if (std::isinf(least)) continue;
    // Most of what was decided lies within one surface.
    if (kernels_.spread(decided_[y - kReach] + x - kReach, stride, 2 * kReach + 1,
                        n + 2 * kReach) <= least)
      continue;
    vote(x, y, n, scratch.tolerance.data() + x);
  }
}

void Refiner::vote(int x, int y, int n, const float* tolerance) {
  std::array<Neighbour, kNeighbours> neighbours;
  std::size_t count = 0;
  for (int step = 1; step <= kReach; ++step)
    for (int j = y - step; j <= y + step; j += step)
      for (int i = x - step; i <= x + step; i += step)
        if (i != x || j != y) neighbours[count++] = {decided_[j] + i, colours_at(guide_, i, j)};
  Run run;
  run.depth = decided_[y] + x;
  run.tolerance = tolerance;
  run.colours = colours_at(guide_, x, y);
  run.neighbours = neighbours.data();
  run.neighbour_count = static_cast<int>(count);
  if (has_past_) run.past = {past_[y] + x, colours_at(past_guide_, x, y)};
  run.past_weight = kPast;
  run.sharpness = sharpness_;
  kernels_.vote(run, settled_[y] + x, n);
}

}  // namespace relievo::depth_refine
