#include "recursive_filter.hpp"

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {
namespace {

// The map in a smaller size; NaN where any of it is.
cv::Mat1f reduced(const cv::Mat1f& map, cv::Size size) {
  cv::Mat1f result;
  cv::resize(map, result, size, 0, 0, cv::INTER_AREA);
  return result;
}

}  // namespace

cv::Mat1f RecursiveFilter::changed(const cv::Mat1f& map, const Alignment& change) {
  return map * change.scale + change.shift;
}

cv::Mat1f RecursiveFilter::next(const cv::Mat1f& map, const cv::Mat1b& grey, double focal) {
  fit_ = {};
  if (past_.empty() || past_.size() != map.size() || !predictor_.has_past_of(grey.size())) {
    predictor_.begin(grey);
    past_ = map.clone();
    return map.clone();
  }
  cv::Mat1f small_past, small_map;
  team_.run(2, [&](int task, int) {
    (task == 0 ? small_past : small_map) = reduced(task == 0 ? past_ : map, grey.size());
  });
  predictor_.see(grey, team_);
  const auto prediction = predictor_.next(small_map, small_past, map.size(), focal, team_);
  const auto blended = blend(map, prediction.fit, past_, prediction.track, prediction.change,
                             prediction.blending, team_);
  past_ = changed(blended.map, predictor_.correction(blended.drift));
  fit_ = prediction.fit;
  return past_.clone();
}

void RecursiveFilter::change_units(const Alignment& change) {
  if (past_.empty()) return;
  past_ = changed(past_, change);
  predictor_.rescale(change.scale);
}

}  // namespace relievo::temporal
