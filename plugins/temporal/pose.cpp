#include "pose.hpp"

#include <cmath>

namespace relievo::temporal {

cv::Matx33d rotation(const cv::Vec3d& w) {
  const double angle = cv::norm(w);
  const cv::Matx33d cross(0, -w[2], w[1], w[2], 0, -w[0], -w[1], w[0], 0);
  if (angle < 1e-12) return cv::Matx33d::eye() + cross;
  return cv::Matx33d::eye() + std::sin(angle) / angle * cross +
         (1 - std::cos(angle)) / (angle * angle) * (cross * cross);
}

cv::Matx33d orthonormal(const cv::Matx33d& turn) {
  const auto row = [&](int i) {
    return cv::Vec3d(turn(i, 0), turn(i, 1), turn(i, 2));
  };
  const auto first = cv::normalize(row(0));
  const auto second = cv::normalize(row(1) - first * first.dot(row(1)));
  const auto third = first.cross(second);
  return {first[0],  first[1], first[2], second[0], second[1],
          second[2], third[0], third[1], third[2]};
}

}  // namespace relievo::temporal
