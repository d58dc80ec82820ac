#include "flow.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {

cv::Mat fetched(const cv::Mat& map, const cv::Mat2f& flow) {
  cv::Mat2f places(flow.size());
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      places(y, x) = flow(y, x) + cv::Vec2f(static_cast<float>(x), static_cast<float>(y));
  cv::Mat result;
  cv::remap(map, result, places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return result;
}

cv::Size working_size(cv::Size map) {
  constexpr double kMost = 40'000;  // pixels
  const double share = std::min(0.5, std::sqrt(kMost / std::max(1.0, 1.0 * map.area())));
  return {std::max(1, cvRound(map.width * share)), std::max(1, cvRound(map.height * share))};
}

Track Tracker::track(const cv::Mat1b& now, const cv::Mat1b& before) {
  constexpr int kSmallestSide = 48;
  Track result{cv::Mat2f::zeros(now.size()), cv::Mat1f(now.size())};
  cv::Mat2f ahead = cv::Mat2f::zeros(now.size());
  if (std::min(now.cols, now.rows) >= kSmallestSide) {
    dis_->calc(now, before, result.flow);
    dis_->calc(before, now, ahead);
  }
  const cv::Mat2f back = fetched(ahead, result.flow);
  const cv::Mat1b grey = fetched(before, result.flow);
  for (int y = 0; y < now.rows; ++y) {
    for (int x = 0; x < now.cols; ++x) {
      const auto gap = result.flow(y, x) + back(y, x);
      const float px = gap.dot(gap);
      const float steps = static_cast<float>(now(y, x)) - static_cast<float>(grey(y, x));
      constexpr float kSteps = 12;
      result.trust(y, x) = std::exp(-px - steps * steps / (kSteps * kSteps));
    }
  }
  return result;
}

}  // namespace relievo::temporal
