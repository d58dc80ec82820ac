#include "normal_equations.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::temporal {

void NormalEquations::add(const MotionVector& j, double error, double weight, std::size_t used) {
  for (std::size_t row = 0; row < used; ++row) {
    const double wj = weight * j[row];
    g[row] += wj * error;
    for (std::size_t column = 0; column <= row; ++column) h[row][column] += wj * j[column];
  }
}

void NormalEquations::add(const NormalEquations& other) {
  for (std::size_t row = 0; row < kMotionParameters; ++row) {
    g[row] += other.g[row];
    for (std::size_t column = 0; column <= row; ++column) h[row][column] += other.h[row][column];
  }
}

bool NormalEquations::solve(CameraFit& fit, std::size_t used, double& change) const {
  const int size = static_cast<int>(used);
  cv::Mat1d left(size, size), right(size, 1), result;
  for (int a = 0; a < size; ++a) {
    for (int b = 0; b < size; ++b)
      left(a, b) =
          h[static_cast<std::size_t>(std::max(a, b))][static_cast<std::size_t>(std::min(a, b))];
    left(a, a) *= 1 + 1e-9;
    right(a) = g[static_cast<std::size_t>(a)];
  }
  if (!cv::solve(left, right, result, cv::DECOMP_CHOLESKY)) return false;
  const auto turn = rotation({result(0), result(1), result(2)});
  fit.pose.turn = turn * fit.pose.turn;
  fit.pose.step = turn * fit.pose.step;
  if (used > 3) fit.pose.step += cv::Vec3d(result(3), result(4), result(5));
  if (used > 6) fit.zoom += result(6);
  change = result.dot(right);
  return std::isfinite(change);
}

}  // namespace relievo::temporal
