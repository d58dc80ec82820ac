// The parameters of stereo.view, typed. plugin.json explains them.
#pragma once

#include <utility>

#include <relievo/sdk/comfort_budget.hpp>
#include <relievo/sdk/config.hpp>
#include <relievo/sdk/depth_range.hpp>

namespace relievo::stereo {

enum class Views { kBoth, kLeftOriginal, kRightOriginal };
enum class Method { kQuality, kSimple, kBackward };
enum class Fill { kBackground, kFilm, kNone };

// Two cameras side by side, for metric depth; none without a baseline.
struct Camera {
  double baseline_m = 0.0;
  double focal_px = 0.0;  // of the colour picture; 0: as the depth says
  double screen_m = 0.0;  // distance without parallax; 0: infinity
};

// The parallax that viewers can bear, and the edges of the picture.
struct Comfort {
  // kAuto: not for parallax that is given (disparity in pixels, two cameras) or has no screen.
  enum class When { kAuto, kOn, kOff };
  When when = When::kAuto;
  ComfortBudget budget;  // on the screen that is named, if one is
  int peak_frames = 24;  // how long parallax may lie between budget.front and budget.peak
  double taper = 5.0;    // % of the width on either side
};

struct Options {
  double strength = 2.0;     // % of the picture's width between the nearest and the farthest point
  double convergence = 0.5;  // normalised depth on the screen
  bool follows_subject = false;  // convergence is found, not given
  bool parallel = false;         // no convergence
  Views views = Views::kBoth;
  Method method = Method::kQuality;
  Fill fill = Fill::kBackground;
  int film_frames = 12;          // looked at on either side, for Fill::kFilm
  double texture = 0.5;          // gain of the texture in filled holes
  double grow = 1.0;             // px at 640 wide
  double disparity_scale = 1.0;  // for RLV_SEM_DISPARITY_PX
  bool swap_eyes = false;
  DepthRange::Options range;
  int cut_easing = 12;  // frames
  Camera camera;
  Comfort comfort;
};

// Throws RLV_E_CONFIG on a value that the node cannot use.
[[nodiscard]] Options read_options(const Config& config);

// Convergences, from the least to the most, that keep the whole depth inside the budget; where
// strength is more than that has room for, the one that shares the excess.
[[nodiscard]] std::pair<double, double> allowed_convergence(const Options& options);

// Pixels by which the foreground grows in a picture of this width.
[[nodiscard]] int growth_px(double grow, int width);

}  // namespace relievo::stereo
