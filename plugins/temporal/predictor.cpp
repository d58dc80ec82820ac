#include "predictor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

}  // namespace

void Predictor::begin(const cv::Mat1b& grey) {
  grey_ = grey.clone();
  camera_.begin(sight_of(grey));
  camera_known_ = false;
  age_ = 0;
}

void Predictor::see(const cv::Mat1b& grey, ThreadTeam& team) {
  team.run(2, [&](int task, int) {
    if (task == 0)
      track_ = tracker_.track(grey, grey_);
    else
      sight_ = sight_of(grey);
  });
  grey_ = grey.clone();
}

float Predictor::follow() const {
  return camera_known_ ? options_.follow : options_.follow_blindly;
}

Prediction Predictor::next(const cv::Mat1f& map, const cv::Mat1f& past, cv::Size full, double focal,
                           ThreadTeam& team) {
  const cv::Size small = grey_.size();
  const Projection view(small, focal > 0 ? focal : std::max(small.width, small.height));
  const auto before = carried(past, track_.flow, team);
  const auto camera = camera_.next(std::move(sight_), track_, before, view, team);
  camera_known_ = camera.found;
  expect(track_, past, before, camera, view, change_of(camera.pose, view, small, small), team,
         expected_);
  // The plain mean of the first frames, until a frame's share has fallen to what it stays at: the
  // first frame is no better than the others.
  ++age_;
  const float strength =
      std::min(options_.strength, static_cast<float>(age_) / static_cast<float>(age_ + 1));
  // Averaging leaves this much of the variance of what is new in every frame.
  const double left = (1.0 - strength) / (1.0 + strength);
  const auto fit = align(map, expected_.inverse, expected_.still, {options_.with_shift, 1 / left});

  Prediction prediction;
  prediction.fit = {std::pow(fit.scale, 1 - follow()), fit.shift * (1 - follow())};
  prediction.track = expected_.track;
  prediction.change = change_of(camera.pose, view, full, small);
  prediction.blending = {strength, options_.edge, 0.1F * static_cast<float>(expected_.level)};
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
