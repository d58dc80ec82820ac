#include "plugins/depth_pro/focal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace relievo::depth_pro {

double focal_of_view(double degrees, double width) {
  constexpr double kLeast = 0.1;
  constexpr double kMost = 179.9;
  const double radians = std::clamp(degrees, kLeast, kMost) * std::numbers::pi / 180.0;
  return 0.5 * width / std::tan(0.5 * radians);
}

void ShotFocal::restart() {
  estimates_.clear();
  focal_px_.reset();
}

void ShotFocal::add(double focal_px) {
  if (focal_px_) return;
  estimates_.push_back(focal_px);
  if (estimates_.size() == wanted_) close();
}

void ShotFocal::close() {
  if (focal_px_ || estimates_.empty()) return;
  auto sorted = estimates_;
  std::sort(sorted.begin(), sorted.end());
  const auto middle = sorted.size() / 2;
  focal_px_ = sorted.size() % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
}

}  // namespace relievo::depth_pro
