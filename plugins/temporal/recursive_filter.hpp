// Depth of one shot, frame by frame: aligned to the running shot, then averaged along the flow. In
// CPU memory.
#pragma once

#include <relievo/sdk/thread_team.hpp>

#include "predictor.hpp"

namespace relievo::temporal {

// One thread at a time.
class RecursiveFilter {
 public:
  using Map = cv::Mat1f;
  using Options = FilterOptions;

  explicit RecursiveFilter(const FilterOptions& options)
      : predictor_(options), team_(options.threads) {}
  // map: inverse depth, NaN where unknown; grey: the picture in any smaller size, the same for a
  // whole shot; focal: in pixels of grey, 0 if unknown. Result: as map, in the units of the shot's
  // first frame. A new size starts a new shot.
  [[nodiscard]] cv::Mat1f next(const cv::Mat1f& map, const cv::Mat1b& grey, double focal = 0);
  // How the last map was brought to the shot's units.
  [[nodiscard]] const Alignment& last_fit() const { return fit_; }
  // Whether the camera's motion to the last frame was found.
  [[nodiscard]] bool knows_camera() const { return predictor_.knows_camera(); }
  // Changes the shot's units: what was q is scale * q + shift from now on.
  void change_units(const Alignment& change);
  [[nodiscard]] static cv::Mat1f changed(const cv::Mat1f& map, const Alignment& change);
  void reset() { past_.release(); }

 private:
  Predictor predictor_;
  ThreadTeam team_;
  Alignment fit_;
  cv::Mat1f past_;
};

}  // namespace relievo::temporal
