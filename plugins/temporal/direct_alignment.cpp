#include "direct_alignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace relievo::temporal {
namespace {

constexpr std::size_t kBlock = 256;  // points at a time: their intermediates stay in the cache
using Lane = std::array<float, kBlock>;

// A block of points as the earlier frame sees them.
struct Seen {
  alignas(64) Lane x, y, z;                  // in the earlier camera's axes
  alignas(64) Lane value, along_x, along_y;  // of the sight there, 0 out of view
  alignas(64) Lane known;                    // 1 in view, else 0
  alignas(64) Lane over;                     // 1 / z, 0 out of view
};

// Where the sight is read for each point of a block.
struct Cells {
  alignas(64) Lane x, y;                                // pixels, wherever that is
  alignas(64) std::array<std::int32_t, kBlock> corner;  // pixels from the first one
  alignas(64) Lane right, down;                         // from the corner
};

// Pixels of the points; those out of view get one inside. In passes, and without constants in place
// of what cannot be used: compilers vectorise no loop in which one condition follows from another
// or in which they can work out one side of a choice beforehand.
void place(std::size_t count, const Projection& view, float grow, cv::Size size, Seen& seen,
           Cells& cells) {
  constexpr float kNearest = 0.1F;  // of the depth it had
  const auto centre_x = static_cast<float>(view.centre().x);
  const auto centre_y = static_cast<float>(view.centre().y);
  for (std::size_t i = 0; i < count; ++i) {
    const float over = 1 / (seen.z[i] >= kNearest ? seen.z[i] : grow);
    cells.x[i] = seen.x[i] * (grow * over) + centre_x;
    cells.y[i] = seen.y[i] * (grow * over) + centre_y;
    seen.over[i] = over;
  }
  const auto end_x = static_cast<float>(size.width - 2);
  const auto end_y = static_cast<float>(size.height - 2);
  // All false for what is not a number.
  for (std::size_t i = 0; i < count; ++i) {
    const float x = cells.x[i], y = cells.y[i];
    seen.known[i] = static_cast<float>(static_cast<int>(seen.z[i] >= kNearest) &
                                       static_cast<int>(x >= 1) & static_cast<int>(y >= 1) &
                                       static_cast<int>(x < end_x) & static_cast<int>(y < end_y));
    // What a weight of 0 is going to be multiplied by must not become infinite before.
    seen.over[i] *= seen.known[i];
  }
  const auto held = [](float value, float end) {
    const float above = value > 1 ? value : 1;
    return above < end ? above : end;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const float column = held(cells.x[i], end_x), row = held(cells.y[i], end_y);
    const int left = static_cast<int>(column), top = static_cast<int>(row);
    cells.right[i] = column - static_cast<float>(left);
    cells.down[i] = row - static_cast<float>(top);
    cells.corner[i] = top * size.width + left;
  }
}

// Bilinear. A pixel is four floats, which compilers mix at once.
void look(const cv::Mat4f& values, std::size_t count, const Cells& cells, Seen& seen) {
  alignas(64) std::array<std::array<float, 4>, kBlock> mixed;
  const float* const first = values[0]->val;
  const auto line = static_cast<std::ptrdiff_t>(values.step1());
  for (std::size_t i = 0; i < count; ++i) {
    const float u = cells.right[i], v = cells.down[i];
    const float* const upper = first + std::ptrdiff_t{4} * cells.corner[i];
    const float* const lower = upper + line;
    const float a = (1 - v) * (1 - u), b = (1 - v) * u, c = v * (1 - u), d = v * u;
    for (std::size_t k = 0; k < 4; ++k)
      mixed[i][k] = a * upper[k] + b * upper[k + 4] + c * lower[k] + d * lower[k + 4];
  }
  for (std::size_t i = 0; i < count; ++i) {
    seen.value[i] = mixed[i][0] * seen.known[i];
    seen.along_x[i] = mixed[i][1] * seen.known[i];
    seen.along_y[i] = mixed[i][2] * seen.known[i];
  }
}

void see(const PointList& points, std::size_t first, std::size_t count, const CameraFit& fit,
         const Sight& earlier, const Projection& view, Seen& seen) {
  const cv::Matx33f turn = fit.pose.turn;
  const cv::Vec3f step = fit.pose.step;
  const float* rx = points.ray_x.data() + first;
  const float* ry = points.ray_y.data() + first;
  const float* q = points.inverse.data() + first;
  for (std::size_t i = 0; i < count; ++i) {
    seen.x[i] = turn.val[0] * rx[i] + turn.val[1] * ry[i] + turn.val[2] + q[i] * step[0];
    seen.y[i] = turn.val[3] * rx[i] + turn.val[4] * ry[i] + turn.val[5] + q[i] * step[1];
    seen.z[i] = turn.val[6] * rx[i] + turn.val[7] * ry[i] + turn.val[8] + q[i] * step[2];
  }
  Cells cells;
  place(count, view, static_cast<float>(view.focal() * (1 + fit.zoom)), earlier.values.size(), seen,
        cells);
  look(earlier.values, count, cells, seen);
}

// Sum of a * b over a block whose rest is zero, in an order that vectorises.
double dot(const Lane& a, const Lane& b) {
  constexpr std::size_t kWide = 16;
  std::array<float, kWide> sums{};
  for (std::size_t i = 0; i < kBlock; i += kWide)
    for (std::size_t l = 0; l < kWide; ++l) sums[l] += a[i + l] * b[i + l];
  double sum = 0;
  for (const float part : sums) sum += static_cast<double>(part);
  return sum;
}

// The terms of a block: derivatives of the grey value by turn, step and zoom.
struct Terms {
  alignas(64) std::array<Lane, kMotionParameters> j;
  alignas(64) Lane error, weight, weighted;
};

void differentiate(const Seen& seen, const float* inverse, const float* grey, std::size_t count,
                   float focal, float spread, Terms& terms) {
  const float rate = 1 / (spread * spread);
  for (std::size_t i = 0; i < count; ++i) {
    const float over = seen.over[i], gx = seen.along_x[i], gy = seen.along_y[i];
    const float x = seen.x[i] * over, y = seen.y[i] * over, near = focal * inverse[i] * over;
    terms.j[0][i] = -focal * (gx * x * y + gy * (1 + y * y));
    terms.j[1][i] = focal * (gx * (1 + x * x) + gy * x * y);
    terms.j[2][i] = focal * (gy * x - gx * y);
    terms.j[3][i] = gx * near;
    terms.j[4][i] = gy * near;
    terms.j[5][i] = -near * (gx * x + gy * y);
    terms.j[6][i] = focal * (gx * x + gy * y);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float error = grey[i] - seen.value[i];
    terms.error[i] = error;
    terms.weight[i] = seen.known[i] / (1 + error * error * rate);
  }
  for (std::size_t i = count; i < kBlock; ++i) {
    for (auto& lane : terms.j) lane[i] = 0;
    terms.error[i] = terms.weight[i] = 0;
  }
}

void add_terms(Terms& terms, std::size_t used, NormalEquations& sums) {
  for (std::size_t row = 0; row < used; ++row) {
    for (std::size_t i = 0; i < kBlock; ++i) terms.weighted[i] = terms.weight[i] * terms.j[row][i];
    sums.g[row] += dot(terms.weighted, terms.error);
    for (std::size_t column = 0; column <= row; ++column)
      sums.h[row][column] += dot(terms.weighted, terms.j[column]);
  }
}

}  // namespace

void PointList::reserve(std::size_t count) {
  for (auto* quantity : {&ray_x, &ray_y, &inverse, &grey}) quantity->reserve(count);
}

void PointList::add(const cv::Point2d& ray, float inverse_depth, float value) {
  ray_x.push_back(static_cast<float>(ray.x));
  ray_y.push_back(static_cast<float>(ray.y));
  inverse.push_back(inverse_depth);
  grey.push_back(value);
}

PointList PointList::every(std::size_t n) const {
  PointList some;
  some.reserve(size() / n + 1);
  for (std::size_t i = 0; i < size(); i += n) {
    some.ray_x.push_back(ray_x[i]);
    some.ray_y.push_back(ray_y[i]);
    some.inverse.push_back(inverse[i]);
    some.grey.push_back(grey[i]);
  }
  return some;
}

bool DirectAlignment::refine(CameraFit& fit, std::size_t used, int rounds, ThreadTeam* team) const {
  const std::size_t blocks = (points_.size() + kBlock - 1) / kBlock;
  std::vector<NormalEquations> parts(blocks);
  const auto add_block = [&](int block, int) {
    Seen seen;
    Terms terms;
    const std::size_t first = static_cast<std::size_t>(block) * kBlock;
    const auto count = std::min(kBlock, points_.size() - first);
    see(points_, first, count, fit, earlier_, view_, seen);
    differentiate(seen, points_.inverse.data() + first, points_.grey.data() + first, count,
                  static_cast<float>(view_.focal()), static_cast<float>(spread_), terms);
    auto& part = parts[static_cast<std::size_t>(block)];
    part = {};
    add_terms(terms, used, part);
  };
  for (int round = 0; round < rounds; ++round) {
    if (team != nullptr)
      team->run(static_cast<int>(blocks), add_block);
    else
      for (std::size_t block = 0; block < blocks; ++block) add_block(static_cast<int>(block), 0);
    NormalEquations sums;
    for (const auto& part : parts) sums.add(part);
    double change = 0;
    if (!sums.solve(fit, used, change)) return false;
    if (change < 1e-4 * spread_ * spread_ * static_cast<double>(points_.size())) break;
  }
  return true;
}

template <class Call>
void DirectAlignment::for_errors(const CameraFit& fit, Call&& call) const {
  Seen seen;
  for (std::size_t first = 0; first < points_.size(); first += kBlock) {
    const auto count = std::min(kBlock, points_.size() - first);
    see(points_, first, count, fit, earlier_, view_, seen);
    for (std::size_t i = 0; i < count; ++i)
      if (seen.known[i] > 0) call(points_.grey[first + i] - seen.value[i]);
  }
}

void DirectAlignment::measure_spread(const CameraFit& fit) {
  constexpr double kFloor = 0.5;  // grey steps
  std::vector<float> errors;
  errors.reserve(points_.size());
  for_errors(fit, [&](float error) { errors.push_back(std::abs(error)); });
  if (errors.empty()) return;
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::nth_element(errors.begin(), middle, errors.end());
  spread_ = kFloor + 2 * static_cast<double>(*middle);
}

double DirectAlignment::cost(const CameraFit& fit) const {
  // Logarithms of products of so many factors, which stay far from what a double cannot hold.
  constexpr int kFactors = 16;
  const double rate = 1 / (spread_ * spread_);
  double sum = 0, product = 1;
  std::size_t count = 0;
  for_errors(fit, [&](float error) {
    product *= 1 + static_cast<double>(error * error) * rate;
    if (++count % kFactors != 0) return;
    sum += std::log(product);
    product = 1;
  });
  sum += std::log(product);
  return (sum + static_cast<double>(points_.size() - count)) / static_cast<double>(points_.size());
}

}  // namespace relievo::temporal
