#include <cstdio>
#include <cstdlib>
#include "recursive_filter.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {
namespace {

// The map in a smaller size; NaN where any of it is.
cv::Mat1f reduced(const cv::Mat1f& map, cv::Size size) {
  cv::Mat1f result;
  cv::resize(map, result, size, 0, 0, cv::INTER_AREA);
  return result;
}

// In pixels of a map of the given size.
DepthChange change_of(const Pose& to_before, const Projection& view, cv::Size size,
                      cv::Size view_size) {
  const auto& turn = to_before.turn;
  const cv::Vec3d axis(turn(2, 0), turn(2, 1), turn(2, 2));
  const double x = static_cast<double>(view_size.width) / size.width;
  const double y = static_cast<double>(view_size.height) / size.height;
  const cv::Vec3d first = view.ray(0.5 * x - 0.5, 0.5 * y - 0.5);
  return {static_cast<float>(axis.dot(first)), static_cast<float>(axis[0] * x / view.focal()),
          static_cast<float>(axis[1] * y / view.focal()),
          static_cast<float>(to_before.step[2])};
}

// Where what stands still was, as the camera's motion says; where the flow says something else by
// more than a pixel, something moves by itself and the flow is kept. DIS shortens small motions, and
// on a slope of depth a place that is wrong in every frame is a depth that drifts.
void correct_flow(Track& track, const cv::Mat1f& inverse, const CameraFit& camera,
                  const Projection& view) {
  for (int y = 0; y < inverse.rows; ++y) {
    for (int x = 0; x < inverse.cols; ++x) {
      const double q = inverse(y, x);
      if (!(q >= 0)) continue;
      const cv::Vec3d p = camera.pose.turn * view.ray(x, y) + q * camera.pose.step;
      if (p[2] < 0.1) continue;
      const auto at = view.pixel(p, camera.zoom);
      const cv::Vec2f flow(static_cast<float>(at.x - x), static_cast<float>(at.y - y));
      const auto gap = flow - track.flow(y, x);
      if (gap.dot(gap) < 1) track.flow(y, x) = flow;
    }
  }
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

cv::Mat1f RecursiveFilter::next(const cv::Mat1f& map, const cv::Mat1b& grey, double focal) {
  fit_ = {};
  camera_known_ = false;
  if (past_.empty() || past_.size() != map.size() || grey_.size() != grey.size()) {
    camera_.begin(grey);
    past_ = map.clone();
    grey_ = grey.clone();
    return map.clone();
  }
  auto track = tracker_.track(grey, grey_);
  const Projection view(grey.size(), focal > 0 ? focal : std::max(grey.cols, grey.rows));
  const auto small_past = reduced(past_, grey.size());
  cv::Mat1f before = fetched(small_past, track.flow);
  const auto camera = camera_.next(grey, track, before, view);
  camera_known_ = camera.found;
  if (camera_known_) {
    correct_flow(track, before, camera, view);
    before = fetched(small_past, track.flow);
  }

  const auto small_change = change_of(camera.pose, view, grey.size(), grey.size());
  cv::Mat1f expected(before.size());
  for (int y = 0; y < before.rows; ++y)
    for (int x = 0; x < before.cols; ++x)
      expected(y, x) =
          small_change.at(static_cast<float>(x), static_cast<float>(y), before(y, x));
  // Averaging leaves this much of the variance of what is new in every frame.
  const double left = (1.0 - options_.strength) / (1.0 + options_.strength);
  fit_ = align(reduced(map, grey.size()), expected, track.trust, {options_.with_shift, 1 / left});
  if (getenv("DBG")) std::printf("found %d tz %.4f zoom %.5f scale %.4f shift %.5f\n",camera.found,camera.pose.step[2],camera.zoom,fit_.scale,fit_.shift);
  const float follow = camera_known_ ? options_.follow : options_.follow_blindly;
  const Alignment applied{std::pow(fit_.scale, 1 - follow), fit_.shift * (1 - follow)};

  const cv::Mat planes[] = {track.flow, track.trust};
  cv::Mat merged;
  cv::merge(planes, 2, merged);
  const BlendOptions blending{options_.strength, options_.edge,
                              0.1F * static_cast<float>(mean_of_known(before))};
  past_ = blend(map, applied, past_, merged, change_of(camera.pose, view, map.size(), grey.size()),
                blending, team_);
  fit_ = applied;
  grey_ = grey.clone();
  return past_.clone();
}

void RecursiveFilter::change_units(const Alignment& change) {
  if (past_.empty()) return;
  past_ = past_ * change.scale + change.shift;
  camera_.rescale(change.scale);
}

}  // namespace relievo::temporal
