// What a shot's past lets expect of its next frame: found on small maps on the CPU, wherever the
// maps themselves are.
#pragma once

#include <opencv2/core.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "alignment.hpp"
#include "blend.hpp"
#include "direct_alignment.hpp"
#include "expectation.hpp"
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

// What blend() needs beside the frame's map and the past.
struct Prediction {
  // In the size of the small maps: flow x and y, trust, trust in what stands still. Until next() is
  // called again.
  cv::Mat4f track;
  Alignment fit;       // from the map to the units of the past
  DepthChange change;  // in pixels of the full map
  BlendOptions blending;
};

// One thread at a time.
class Predictor {
 public:
  explicit Predictor(const FilterOptions& options) : options_(options) {}
  // Memory for the tracks of next(), which stays whose it is: for small maps of its size.
  void write_tracks_to(const cv::Mat4f& memory) { expected_.track = memory; }
  // The first frame of a shot. grey: its picture in any smaller size, the same for a whole shot.
  void begin(const cv::Mat1b& grey);
  // The picture of the next frame. All that can be done before its map is there: most of the work.
  void see(const cv::Mat1b& grey, ThreadTeam& team);
  // Map of the frame that was seen last, once. map, past: its inverse depth and what the frames
  // before it came to, in the size of grey, NaN where unknown; full: size of the maps themselves;
  // focal: in pixels of grey, 0 if unknown.
  [[nodiscard]] Prediction next(const cv::Mat1f& map, const cv::Mat1f& past, cv::Size full,
                                double focal, ThreadTeam& team);
  // What the average of the last frame has to be changed by, given how it differs from what was
  // expected where nothing moves: what is new must not move the shot's level, not even by a
  // thousandth. That would add up, as nothing but the camera's motion holds it.
  [[nodiscard]] Alignment correction(const Moments& drift) const;
  // Whether the camera's motion to the last frame was found.
  [[nodiscard]] bool knows_camera() const { return camera_known_; }
  // The shot's inverse depth is `factor` times as large from now on.
  void rescale(double factor) { camera_.rescale(factor); }
  [[nodiscard]] bool has_past_of(cv::Size grey) const { return grey_.size() == grey; }

 private:
  [[nodiscard]] float follow() const;

  FilterOptions options_;
  tracking::Tracker tracker_;
  ShotCamera camera_;
  bool camera_known_ = false;
  int age_ = 0;            // frames since the shot began
  cv::Mat1b grey_;         // of the frame that was seen last
  tracking::Track track_;  // from it to the frame before
  Sight sight_;
  Expectation expected_;
};

}  // namespace relievo::temporal
