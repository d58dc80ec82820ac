#include "core/host/spatial_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/host/failure.hpp"

namespace relievo::host {
namespace {

// Encoders round times to their own clock, and how long the last picture stays is up to them.
constexpr double kSlackPictures = 2;
constexpr double kLeastSlack = 0.09;  // seconds
// The boxes count micrometres, 1/1000 degree and 1/10000 of the width.
constexpr double kBaselineSlack = 1.1e-3;
constexpr double kViewSlack = 1.1e-3;
constexpr double kAdjustmentSlack = 1.1e-4;

[[noreturn]] void bad(const std::string& what) {
  throw Failure(ExitCode::kRunFailed, what);
}

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

Json picture_track(const Json& film) {
  for (const auto& track : film.at("tracks"))
    if (track.value("picture", false)) return track;
  bad("it has no picture track");
}

bool has_sound(const Json& film) {
  const auto& tracks = film.at("tracks");
  return std::any_of(tracks.begin(), tracks.end(),
                     [](const Json& track) { return track.value("kind", "") == "audio"; });
}

void check_eyes(const Json& boxes) {
  if (!boxes.is_object() || !boxes.value("second_layer", false))
    bad("it has no second view (no box 'lhvC')");
  if (!boxes.value("left_eye", false) || !boxes.value("right_eye", false))
    bad("it does not say that it has both eyes' views (box 'stri')");
}

void check_pictures(const SpatialJob& job, const Json& film, const Json& made) {
  const auto width = film.value("width", 0);
  const auto height = film.value("height", 0);
  const int wide = job.format == "sbs" ? width / 2 : width;
  const int high = job.format == "ou" ? height / 2 : height;
  // Whether a squeezed view is spread again is the tool's affair.
  const bool is_full = job.format == "sbs" || job.format == "ou";
  if (is_full && (made.value("width", 0) != wide || made.value("height", 0) != high))
    bad("its pictures are " + std::to_string(made.value("width", 0)) + " x " +
        std::to_string(made.value("height", 0)) + ", and one eye's are " + std::to_string(wide) +
        " x " + std::to_string(high));
  const double length = film.value("duration_s", 0.0);
  const double made_length = made.value("duration_s", 0.0);
  const double rate = film.value("rate", 0.0);
  const double slack = std::max(kLeastSlack, rate > 0 ? kSlackPictures / rate : 0.0);
  if (std::abs(length - made_length) > slack)
    bad("it is " + text_of(made_length) + " s long, and the film " + text_of(length) + " s");
  if (film.value("frames_exact", false) && made.value("frames_exact", false) &&
      film["frames"] != made["frames"])
    bad("it has " + made["frames"].dump() + " pictures, and the film " + film["frames"].dump());
}

void check_number(const Json& boxes, const char* key, const std::optional<double>& asked,
                  double slack) {
  if (!asked) return;
  const auto& said = boxes.at(key);
  if (!said.is_number())
    bad(std::string("it says no ") + key + ", and " + text_of(*asked) + " was asked for");
  if (std::abs(said.get<double>() - *asked) > slack)
    bad(std::string("its ") + key + " is " + text_of(said.get<double>()) + ", and " +
        text_of(*asked) + " was asked for");
}

}  // namespace

std::vector<std::string> check_spatial(const SpatialJob& job, const Json& film, const Json& made) {
  const auto& boxes = made.at("stereo").at("boxes");
  const auto& config = job.config;
  const auto pictures = picture_track(made);
  check_eyes(boxes);
  check_pictures(job, picture_track(film), pictures);
  std::vector<std::string> notes;
  if (config.kind == SpatialKind::kSpatial) {
    check_number(boxes, "baseline_mm", config.baseline, kBaselineSlack);
    check_number(boxes, "field_of_view_deg", config.field_of_view, kViewSlack);
    check_number(boxes, "disparity_adjustment", config.disparity_adjustment, kAdjustmentSlack);
  } else {
    for (const char* key : {"baseline_mm", "field_of_view_deg", "disparity_adjustment"})
      if (boxes.at(key).is_number())
        notes.push_back(std::string("it says ") + key + " " + text_of(boxes.at(key).get<double>()) +
                        ", which nobody asked for");
  }
  if (config.audio && has_sound(film) && !has_sound(made))
    notes.emplace_back(
        "it has no sound, and the film has; the tool may not know the sound's codec");
  const auto& hero = boxes.at("hero");
  if (hero.is_string() && hero != config.hero)
    notes.push_back("it says that the " + hero.get<std::string>() + " eye leads, and " +
                    config.hero + " was asked for");
  return notes;
}

}  // namespace relievo::host
