#include "direct_alignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace relievo::temporal {
namespace {

constexpr std::size_t kBlock = 256;  // points at a time: their intermediates stay in the cache
using Lane = std::array<float, kBlock>;

// A block of points as the earlier frame sees them.
struct Seen {
  alignas(64) Lane x, y, z;                  // in the earlier camera's axes
  alignas(64) Lane value, along_x, along_y;  // of the sight there
  alignas(64) Lane known;                    // 1 in view, else 0
};

// Bilinear; leaves the block's zeros outside of the picture.
void look(const cv::Mat3f& values, float column, float row, std::size_t i, Seen& seen) {
  const bool inside = column >= 1 && row >= 1 && column < static_cast<float>(values.cols - 2) &&
                      row < static_cast<float>(values.rows - 2);
  if (!inside) {
    seen.value[i] = seen.along_x[i] = seen.along_y[i] = seen.known[i] = 0;
    return;
  }
  const int x = static_cast<int>(column), y = static_cast<int>(row);
  const float u = column - static_cast<float>(x), v = row - static_cast<float>(y);
  const auto* upper = values[y] + x;
  const auto* lower = values[y + 1] + x;
  const float a = (1 - v) * (1 - u), b = (1 - v) * u, c = v * (1 - u), d = v * u;
  const auto mixed = [&](int k) {
    return a * upper[0][k] + b * upper[1][k] + c * lower[0][k] + d * lower[1][k];
  };
  seen.value[i] = mixed(0);
  seen.along_x[i] = mixed(1);
  seen.along_y[i] = mixed(2);
  seen.known[i] = 1;
}

void see(const PointList& points, std::size_t first, std::size_t count, const CameraFit& fit,
         const Sight& earlier, const Projection& view, Seen& seen) {
  std::array<float, 9> turn{};
  std::array<float, 3> step{};
  std::transform(fit.pose.turn.val, fit.pose.turn.val + turn.size(), turn.begin(),
                 [](double v) { return static_cast<float>(v); });
  std::transform(fit.pose.step.val, fit.pose.step.val + step.size(), step.begin(),
                 [](double v) { return static_cast<float>(v); });
  const auto grow = static_cast<float>(view.focal() * (1 + fit.zoom));
  const auto centre_x = static_cast<float>(view.centre().x);
  const auto centre_y = static_cast<float>(view.centre().y);
  const float* rx = points.ray_x.data() + first;
  const float* ry = points.ray_y.data() + first;
  const float* q = points.inverse.data() + first;
  for (std::size_t i = 0; i < count; ++i) {
    seen.x[i] = turn[0] * rx[i] + turn[1] * ry[i] + turn[2] + q[i] * step[0];
    seen.y[i] = turn[3] * rx[i] + turn[4] * ry[i] + turn[5] + q[i] * step[1];
    seen.z[i] = turn[6] * rx[i] + turn[7] * ry[i] + turn[8] + q[i] * step[2];
  }
  constexpr float kNearest = 0.1F;  // of the depth it had
  for (std::size_t i = 0; i < count; ++i) {
    const float rate = seen.z[i] < kNearest ? 0 : grow / seen.z[i];
    // What is too near, and what is not a number, is at no pixel.
    look(earlier.values, rate > 0 ? seen.x[i] * rate + centre_x : -1, seen.y[i] * rate + centre_y,
         i, seen);
  }
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
    // Out of view z may be 0: everything there is multiplied by known, which must not meet NaN.
    const float over = seen.known[i] > 0 ? 1 / seen.z[i] : 0;
    const float x = seen.x[i] * over, y = seen.y[i] * over, near = focal * inverse[i] * over;
    const float gx = seen.along_x[i], gy = seen.along_y[i];
    terms.j[0][i] = -focal * (gx * x * y + gy * (1 + y * y));
    terms.j[1][i] = focal * (gx * (1 + x * x) + gy * x * y);
    terms.j[2][i] = focal * (gy * x - gx * y);
    terms.j[3][i] = gx * near;
    terms.j[4][i] = gy * near;
    terms.j[5][i] = -near * (gx * x + gy * y);
    terms.j[6][i] = focal * (gx * x + gy * y);
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

void PointList::add(const cv::Vec3d& ray, float inverse_depth, float value) {
  ray_x.push_back(static_cast<float>(ray[0] / ray[2]));
  ray_y.push_back(static_cast<float>(ray[1] / ray[2]));
  inverse.push_back(inverse_depth);
  grey.push_back(value);
}

PointList PointList::every(std::size_t n) const {
  PointList some;
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
