#include "plugins/common/tracking/tracker.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace relievo::tracking {
namespace {

struct Flows {
  cv::Mat2f there;
  cv::Mat2f back;
};

Flows flows_between(cv::DISOpticalFlow& dis, const cv::Mat1b& now, const cv::Mat1b& other) {
  constexpr int kSmallestSide = 48;
  Flows flows{cv::Mat2f::zeros(now.size()), cv::Mat2f::zeros(now.size())};
  if (std::min(now.cols, now.rows) >= kSmallestSide) {
    dis.calc(now, other, flows.there);
    dis.calc(other, now, flows.back);
  }
  return flows;
}

// How far the way there is undone by the way back, and by how much the grey values differ.
cv::Mat1f trust_of(const cv::Mat1b& now, const cv::Mat1b& other, const cv::Mat2f& there,
                   const cv::Mat2f& back) {
  constexpr float kSteps = 12;
  const cv::Mat2f undone = fetched(back, there);
  const cv::Mat1b grey = fetched(other, there);
  cv::Mat1f trust(now.size());
  for (int y = 0; y < now.rows; ++y) {
    for (int x = 0; x < now.cols; ++x) {
      const auto gap = there(y, x) + undone(y, x);
      const float px = gap.dot(gap);
      const float steps = static_cast<float>(now(y, x)) - static_cast<float>(grey(y, x));
      trust(y, x) = std::exp(-px - steps * steps / (kSteps * kSteps));
    }
  }
  return trust;
}

}  // namespace

cv::Mat fetched(const cv::Mat& map, const cv::Mat2f& flow) {
  cv::Mat2f places(flow.size());
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      places(y, x) = flow(y, x) + cv::Vec2f(static_cast<float>(x), static_cast<float>(y));
  cv::Mat result;
  cv::remap(map, result, places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return result;
}

cv::Size working_size(cv::Size full, double most_pixels, double most_share) {
  const double share =
      std::min(most_share, std::sqrt(most_pixels / std::max(1.0, 1.0 * full.area())));
  return {std::max(1, cvRound(full.width * share)), std::max(1, cvRound(full.height * share))};
}

Tracker::Tracker() : dis_(cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST)) {}

Track Tracker::track(const cv::Mat1b& now, const cv::Mat1b& other) {
  const auto flows = flows_between(*dis_, now, other);
  return {flows.there, trust_of(now, other, flows.there, flows.back)};
}

Tracker::Both Tracker::track_both(const cv::Mat1b& now, const cv::Mat1b& other) {
  const auto flows = flows_between(*dis_, now, other);
  return {{flows.there, trust_of(now, other, flows.there, flows.back)},
          {flows.back, trust_of(other, now, flows.back, flows.there)}};
}

}  // namespace relievo::tracking
