// The block 'spatial' of a pipeline file: what Mike Swanson's tool 'spatial' (macOS) shall make of
// the finished side-by-side film. Checked for form here; against the pipeline by spatial_job.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/setting.hpp"

namespace relievo::host {

enum class SpatialKind {
  kFilm,    // two views on a screen; says nothing of a camera
  kSpatial  // as a telephone's spatial video: with the camera's field of view and baseline
};

struct SpatialConfig {
  Place place;
  SpatialKind kind = SpatialKind::kFilm;
  std::string from;                            // a sink's name; "": the only one that fits
  std::string path;                            // "": beside the film, NAME_spatial.mov
  std::optional<double> baseline;              // millimetres
  std::optional<double> field_of_view;         // degrees, horizontal
  std::optional<double> disparity_adjustment;  // fraction of the picture's width
  std::string projection;
  std::string primary;                  // left, right
  std::string hero;                     // left, right
  std::optional<double> quality;        // 0 to 1; nothing if there is a bitrate
  std::optional<std::int64_t> bitrate;  // Mbit/s of both views
  bool audio = true;
  bool faststart = false;
  bool use_gpu = false;
  std::string tool;  // path of the program; "": 'spatial' of PATH
  double stall = 0;  // seconds without a sign of life; 0: for ever
  bool overwrite = false;
};

// In the form of a node's parameters: for messages and for the schema of pipeline files.
[[nodiscard]] const std::vector<ParameterSpec>& spatial_parameters();

// Throws Failure(kUsage) at the place of an unknown key, a wrong type, a value out of range, and of
// values that exclude each other or are missing for the kind.
[[nodiscard]] SpatialConfig parse_spatial(const Setting& setting);

}  // namespace relievo::host
