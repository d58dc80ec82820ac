// The depths of a film, shot by shot, as the node 'quality.shots' reports them, and the parallax
// that a setting of stereo.view makes of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace relievo::analysis {

// Depths are normalised: 0 the far, 1 the near end of the shot's range.
struct Shot {
  double begin_s = 0;
  double end_s = 0;
  int frames = 0;  // that were looked at
  std::string transition;
  double subject = 0.5;
  std::vector<double> shares;                   // of depth in even bins from 0 to 1; their sum is 1
  std::optional<double> far_per_m, near_per_m;  // ends of the range, where depth is metric
};

struct Moment {
  double time_s = 0;
  double far = 0;
  double subject = 0;
  double near = 0;
};

struct Depths {
  std::string semantic;  // "relative_inverse", "metres" ...
  std::vector<Shot> shots;
  std::vector<Moment> moments;
};

// From the report of 'quality.shots'. Throws nlohmann::json::exception if it is none.
[[nodiscard]] Depths read_depths(const nlohmann::json& report);

// Of stereo.view.
struct Setting {
  double strength = 2.0;  // % of the width
  double convergence = 0.5;
};

// x_right - x_left in % of the width: above 0 behind the screen.
[[nodiscard]] inline double parallax_of(double depth, const Setting& setting) {
  return -setting.strength * (depth - setting.convergence);
}

// Parallax of a shot before any budget acts on it.
struct ShotParallax {
  struct Bin {
    double from;
    double to;
    double share;
  };
  double nearest = 0;   // 1 % of the picture is nearer
  double farthest = 0;  // 1 % is farther
  double subject = 0;
  std::vector<Bin> bins;  // from the nearest to the farthest
};

[[nodiscard]] ShotParallax parallax_of(const Shot& shot, const Setting& setting);

// The depth below which `percent` of the shot lies, linear within a bin.
[[nodiscard]] double depth_percentile(const Shot& shot, double percent);

}  // namespace relievo::analysis
