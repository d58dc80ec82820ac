// One shot through the filter, its first frames held back until their common level is known.
#pragma once

#include <deque>
#include <vector>

#include "level.hpp"
#include "recursive_filter.hpp"

namespace relievo::temporal {

// One thread at a time. Maps come out in order, one for each that went in.
class ShotFilter {
 public:
  // look_ahead: frames held back at the beginning, whose middle level the shot gets; 0 keeps that
  // of the first frame.
  ShotFilter(const FilterOptions& options, int look_ahead)
      : filter_(options), look_ahead_(look_ahead) {}
  // As RecursiveFilter::next. Returns the maps that are ready: none, one, or all that were held.
  [[nodiscard]] std::vector<cv::Mat1f> next(const cv::Mat1f& map, const cv::Mat1b& grey,
                                            double focal = 0);
  // The shot is over: what is still held.
  [[nodiscard]] std::vector<cv::Mat1f> finish();
  [[nodiscard]] bool knows_camera() const { return filter_.knows_camera(); }

 private:
  RecursiveFilter filter_;
  int look_ahead_;
  Level level_;
  bool level_known_ = false;
  std::deque<cv::Mat1f> held_;
};

}  // namespace relievo::temporal
