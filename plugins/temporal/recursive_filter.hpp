// Depth of one shot, frame by frame: aligned to the running shot, then averaged along the flow.
#pragma once

#include <relievo/sdk/thread_team.hpp>

#include "alignment.hpp"
#include "blend.hpp"
#include "plugins/common/tracking/tracker.hpp"
#include "shot_camera.hpp"

namespace relievo::temporal {

struct FilterOptions {
  float strength = 0.85F;  // share of the past where it can be trusted
  // Share of a misfit that the shot's units give way by, per frame: while the camera's motion is
  // known, and while it is not and a true change of depth cannot be told from flicker.
  float follow = 0.001F;
  float follow_blindly = 0.05F;
  float edge = 0.1F;  // relative difference from the past that counts as another surface
  bool with_shift = true;
  unsigned threads = 2;
};

// One thread at a time.
class RecursiveFilter {
 public:
  explicit RecursiveFilter(const FilterOptions& options)
      : options_(options), team_(options.threads) {}
  // map: inverse depth, NaN where unknown; grey: the picture in any smaller size, the same for a
  // whole shot; focal: in pixels of grey, 0 if unknown. Result: as map, in the units of the shot's
  // first frame. A new size starts a new shot.
  [[nodiscard]] cv::Mat1f next(const cv::Mat1f& map, const cv::Mat1b& grey, double focal = 0);
  // How the last map was brought to the shot's units.
  [[nodiscard]] const Alignment& last_fit() const { return fit_; }
  // Whether the camera's motion to the last frame was found.
  [[nodiscard]] bool knows_camera() const { return camera_known_; }
  // Changes the shot's units: what was q is scale * q + shift from now on.
  void change_units(const Alignment& change);
  void reset() { past_.release(); }

 private:
  FilterOptions options_;
  ThreadTeam team_;
  tracking::Tracker tracker_;
  ShotCamera camera_;
  Alignment fit_;
  bool camera_known_ = false;
  int age_ = 0;  // frames since the shot began
  cv::Mat1f past_;
  cv::Mat1b grey_;
};

}  // namespace relievo::temporal
