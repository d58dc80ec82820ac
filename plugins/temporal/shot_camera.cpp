#include "shot_camera.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace relievo::temporal {
namespace {

// Whether most of what can be trusted moves as the camera says, give or take a pixel.
bool agrees(const tracking::Track& track, const cv::Mat1f& inverse, const Projection& view,
            const CameraFit& fit) {
  constexpr int kStep = 8;
  double with = 0, all = 0;
  for (int y = 0; y < inverse.rows; y += kStep) {
    for (int x = 0; x < inverse.cols; x += kStep) {
      const double q = inverse(y, x), trust = track.trust(y, x);
      if (!(q > 0) || !std::isfinite(q)) continue;
      const cv::Vec3d p = fit.pose.turn * view.ray(x, y) + q * fit.pose.step;
      if (p[2] < 0.1) continue;
      const auto at = view.pixel(p, fit.zoom);
      const double dx = x + static_cast<double>(track.flow(y, x)[0]) - at.x;
      const double dy = y + static_cast<double>(track.flow(y, x)[1]) - at.y;
      all += trust;
      if (dx * dx + dy * dy < 1) with += trust;
    }
  }
  return with > 0.5 * all && with > 8;
}

}  // namespace

void ShotCamera::begin(Sight sight) {
  places_.clear();
  places_.push_back({std::move(sight), {}});
}

CameraFit ShotCamera::next(Sight sight, const tracking::Track& track, const cv::Mat1f& inverse,
                           const Projection& view, ThreadTeam& team) {
  constexpr std::size_t kSpan = 4;  // frames
  Place place{std::move(sight), {}};
  const auto& before = places_.back();
  const auto& key = places_.front();
  const Pose start = pose_of_flow(track, inverse, view);
  auto fit = find_camera(place.sight, key.sight, inverse, view,
                         after(key.pose.inverse(), after(before.pose, start)), team);
  fit.zoom /= static_cast<double>(places_.size());
  // Kept a rotation: its inverse is taken for its transpose, and rounding would double every frame.
  fit.pose.turn = orthonormal(fit.pose.turn);
  Pose to_first = after(key.pose, fit.pose);
  to_first.turn = orthonormal(to_first.turn);
  fit.pose = after(before.pose.inverse(), to_first);
  fit.found = fit.found && agrees(track, inverse, view, fit);
  // A motion that is not known is none, until one is found again.
  if (!fit.found) {
    fit = {};
    places_.clear();
  } else {
    place.pose = to_first;
  }
  places_.push_back(std::move(place));
  if (places_.size() > kSpan) places_.pop_front();
  return fit;
}

void ShotCamera::rescale(double factor) {
  for (auto& place : places_) place.pose.step = place.pose.step * (1 / factor);
}

}  // namespace relievo::temporal
