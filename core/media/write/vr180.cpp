#include "core/media/write/vr180.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <relievo/sdk/comfort_budget.hpp>

namespace relievo::media {
namespace {

constexpr int kLargestSide = 4096;
constexpr int kUnit = 4;  // so that both eyes' chroma is whole

double half_width_of(const Vr180Screen& screen) {
  return std::tan(0.5 * screen.field_of_view * std::numbers::pi / 180.0);
}

}  // namespace

int vr180_side(const Vr180Screen& screen, int width) {
  auto side = static_cast<double>(screen.size);
  if (screen.size == 0)
    side = std::min(std::numbers::pi * width / (2.0 * half_width_of(screen)),
                    static_cast<double>(kLargestSide));
  return std::max(static_cast<int>(std::lround(side / kUnit)) * kUnit, kUnit);
}

Vr180Geometry::Vr180Geometry(const Vr180Screen& screen, int width, int height, double pixel_shape,
                             bool right_eye)
    : side_(vr180_side(screen, width)),
      width_(width),
      height_(height),
      half_width_(half_width_of(screen)),
      half_height_(half_width_ * height / (width * pixel_shape)),
      eye_((right_eye ? 0.5 : -0.5) * kEyesApart / screen.distance) {}

// The picture's columns are longitudes, its rows latitudes. A direction meets the plane one unit
// ahead at (tan(longitude), tan(latitude) / cos(longitude)).
Vr180Geometry::Place Vr180Geometry::view_place(Place picture) const {
  const double longitude = (picture.x / side_ - 0.5) * std::numbers::pi;
  const double latitude = (0.5 - picture.y / side_) * std::numbers::pi;
  const double right = eye_ + std::tan(longitude);
  const double up = std::tan(latitude) / std::cos(longitude);
  return {(0.5 + 0.5 * right / half_width_) * width_, (0.5 - 0.5 * up / half_height_) * height_};
}

Vr180Geometry::Area Vr180Geometry::bounds() const {
  constexpr double kSpare = 2.0;
  const double left = std::atan(-half_width_ - eye_);
  const double right = std::atan(half_width_ - eye_);
  // Highest where it is nearest: straight ahead, as every screen reaches there.
  const double top = std::atan(half_height_);
  const auto place = [&](double angle) {
    return (angle / std::numbers::pi + 0.5) * side_;
  };
  const auto down_to_even = [&](double x) {
    return std::clamp(static_cast<int>(std::floor((x - kSpare) / 2.0)) * 2, 0, side_);
  };
  const auto up_to_even = [&](double x) {
    return std::clamp(static_cast<int>(std::ceil((x + kSpare) / 2.0)) * 2, 0, side_);
  };
  const int x = down_to_even(place(left));
  const int y = down_to_even(place(-top));
  return {x, y, up_to_even(place(right)) - x, up_to_even(place(top)) - y};
}

Vr180Geometry::Place Vr180Geometry::reduction() const {
  const double step = std::numbers::pi / side_;
  return {0.5 * width_ / half_width_ * step, 0.5 * height_ / half_height_ * step};
}

}  // namespace relievo::media
