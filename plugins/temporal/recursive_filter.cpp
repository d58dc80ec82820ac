#include "recursive_filter.hpp"

#include <cmath>

#include <opencv2/imgproc.hpp>

#include "alignment.hpp"

namespace relievo::temporal {

cv::Mat1f RecursiveFilter::next(const cv::Mat1f& map, const cv::Mat1b& grey) {
  cv::Mat1f result = map.clone();
  if (!past_.empty() && past_.size() == map.size() && grey_.size() == grey.size()) {
    const auto track = tracker_.track(grey, grey_);
    cv::Mat2f flow;
    cv::Mat1f trust;
    cv::resize(track.flow, flow, map.size(), 0, 0, cv::INTER_LINEAR);
    cv::resize(track.trust, trust, map.size(), 0, 0, cv::INTER_LINEAR);
    const cv::Scalar grow(static_cast<double>(map.cols) / grey.cols,
                          static_cast<double>(map.rows) / grey.rows);
    cv::multiply(flow, grow, flow);
    const cv::Mat1f past = fetched(past_, flow);
    const auto fit = align(map, past, trust, options_.with_shift);
    // The reference gives way: a true change is followed, late but with its full slope.
    const float scale = std::pow(fit.scale, 1 - options_.leak);
    const float shift = fit.shift * (1 - options_.leak);
    for (int y = 0; y < map.rows; ++y) {
      for (int x = 0; x < map.cols; ++x) {
        const float value = scale * map(y, x) + shift;
        const float before = past(y, x);
        result(y, x) = value;
        if (!std::isfinite(value) || !std::isfinite(before)) continue;
        const float jump = (value - before) / (options_.edge * std::abs(before) + 1e-12F);
        const float keep = options_.strength * trust(y, x) * std::exp(-jump * jump);
        result(y, x) = value + keep * (before - value);
      }
    }
  }
  past_ = result.clone();
  grey_ = grey.clone();
  return result;
}

}  // namespace relievo::temporal
