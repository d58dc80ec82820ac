#include "predictor.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::temporal {
namespace {

// In pixels of a map of the given size.
DepthChange change_of(const Pose& to_before, const Projection& view, cv::Size size,
                      cv::Size view_size) {
  const auto& turn = to_before.turn;
  const cv::Vec3d axis(turn(2, 0), turn(2, 1), turn(2, 2));
  const double x = static_cast<double>(view_size.width) / size.width;
  const double y = static_cast<double>(view_size.height) / size.height;
  const cv::Vec3d first = view.ray(0.5 * x - 0.5, 0.5 * y - 0.5);
  return {static_cast<float>(axis.dot(first)), static_cast<float>(axis[0] * x / view.focal()),
          static_cast<float>(axis[1] * y / view.focal()), static_cast<float>(to_before.step[2])};
}

// Where what stands still was, as the camera's motion says; where the flow says something else by
// more than a pixel, something moves by itself and the flow is kept. DIS shortens small motions,
// and on a slope of depth a place that is wrong in every frame is a depth that drifts. Returns the
// trust in what stands still.
cv::Mat1f correct_flow(tracking::Track& track, const cv::Mat1f& inverse, const CameraFit& camera,
                       const Projection& view) {
  cv::Mat1f still = track.trust.clone();
  for (int y = 0; y < inverse.rows; ++y) {
    for (int x = 0; x < inverse.cols; ++x) {
      const double q = inverse(y, x);
      if (!(q >= 0)) continue;
      const cv::Vec3d p = camera.pose.turn * view.ray(x, y) + q * camera.pose.step;
      if (p[2] < 0.1) continue;
      const auto at = view.pixel(p, camera.zoom);
      const cv::Vec2f flow(static_cast<float>(at.x - x), static_cast<float>(at.y - y));
      const auto gap = flow - track.flow(y, x);
      if (gap.dot(gap) < 1)
        track.flow(y, x) = flow;
      else
        still(y, x) = 0;
    }
  }
  return still;
}

double mean_of_known(const cv::Mat1f& map) {
  double sum = 0;
  int count = 0;
  for (const float value : map) {
    if (!std::isfinite(value)) continue;
    sum += std::abs(value);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

void Predictor::begin(const cv::Mat1b& grey) {
  camera_.begin(grey);
  camera_known_ = false;
  age_ = 0;
  grey_ = grey.clone();
}

float Predictor::follow() const {
  return camera_known_ ? options_.follow : options_.follow_blindly;
}

Prediction Predictor::next(const cv::Mat1f& map, const cv::Mat1f& past, const cv::Mat1b& grey,
                           cv::Size full, double focal, ThreadTeam& team) {
  auto track = tracker_.track(grey, grey_);
  const Projection view(grey.size(), focal > 0 ? focal : std::max(grey.cols, grey.rows));
  cv::Mat1f before = tracking::fetched(past, track.flow);
  const auto camera = camera_.next(grey, track, before, view, team);
  camera_known_ = camera.found;
  cv::Mat1f still = track.trust;
  if (camera_known_) {
    still = correct_flow(track, before, camera, view);
    before = tracking::fetched(past, track.flow);
  }

  const auto small_change = change_of(camera.pose, view, grey.size(), grey.size());
  cv::Mat1f expected(before.size());
  for (int y = 0; y < before.rows; ++y)
    for (int x = 0; x < before.cols; ++x)
      expected(y, x) = small_change.at(static_cast<float>(x), static_cast<float>(y), before(y, x));
  // The plain mean of the first frames, until a frame's share has fallen to what it stays at: the
  // first frame is no better than the others.
  ++age_;
  const float strength =
      std::min(options_.strength, static_cast<float>(age_) / static_cast<float>(age_ + 1));
  // Averaging leaves this much of the variance of what is new in every frame.
  const double left = (1.0 - strength) / (1.0 + strength);
  const auto fit = align(map, expected, still, {options_.with_shift, 1 / left});

  Prediction prediction;
  prediction.fit = {std::pow(fit.scale, 1 - follow()), fit.shift * (1 - follow())};
  const cv::Mat planes[] = {track.flow, track.trust, still};
  cv::Mat merged;
  cv::merge(planes, 3, merged);
  prediction.track = merged;
  prediction.change = change_of(camera.pose, view, full, grey.size());
  prediction.blending = {strength, options_.edge, 0.1F * static_cast<float>(mean_of_known(before))};
  grey_ = grey.clone();
  return prediction;
}

Alignment Predictor::correction(const Moments& drift) const {
  const auto line = line_through(drift, options_.with_shift, 1);
  const bool known = drift.n > 0 && line.scale > 0.9F && line.scale < 1.1F;
  if (!known || !camera_known_) return {};
  const float hold = 1 - follow();
  return {std::pow(line.scale, hold), line.shift * hold};
}

}  // namespace relievo::temporal
