// Gauss-Newton over the motion of a camera: what both ways of finding it solve.
#pragma once

#include <array>
#include <cstddef>

#include <opencv2/core.hpp>

#include "camera_fit.hpp"

namespace relievo::temporal {

// Parameters: turn (3), step (3), zoom.
inline constexpr std::size_t kMotionParameters = 7;
using MotionVector = std::array<double, kMotionParameters>;

// Sums of weighted terms; which of them are filled is up to who adds.
struct NormalEquations {
  std::array<MotionVector, kMotionParameters> h{};  // lower triangle
  MotionVector g{};

  // One term: j, the derivative of the model; error, what it misses. The first `used` parameters.
  void add(const MotionVector& j, double error, double weight, std::size_t used);
  void add(const NormalEquations& other);
  // Changes the first `used` parameters of fit; change: by how much that lowers the sum of
  // squares. False if the equations say too little.
  [[nodiscard]] bool solve(CameraFit& fit, std::size_t used, double& change) const;
};

}  // namespace relievo::temporal
