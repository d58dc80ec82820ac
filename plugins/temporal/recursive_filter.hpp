// Depth of one shot, frame by frame: aligned to the running shot, then averaged along the flow.
#pragma once

#include "flow.hpp"

namespace relievo::temporal {

struct FilterOptions {
  float strength = 0.85F;  // share of the past where it can be trusted
  float leak = 0.05F;      // share of a misfit that the reference gives way by, per frame
  float edge = 0.1F;       // relative difference from the past that counts as another surface
  bool with_shift = true;
};

class RecursiveFilter {
 public:
  explicit RecursiveFilter(const FilterOptions& options) : options_(options) {}
  // map: inverse depth, NaN where unknown; grey: the picture in any smaller size. Result: as map.
  [[nodiscard]] cv::Mat1f next(const cv::Mat1f& map, const cv::Mat1b& grey);
  void reset() { past_.release(); }

 private:
  FilterOptions options_;
  Tracker tracker_;
  cv::Mat1f past_;
  cv::Mat1b grey_;
};

}  // namespace relievo::temporal
