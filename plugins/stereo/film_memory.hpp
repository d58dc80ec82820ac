// What the frames around one show of the background that is hidden in it.
//
// The frames of a shot are kept with the motion of the camera between neighbours. What one frame
// shows and its neighbour hides is known by its depth, and moves on as the camera does, so that for
// every frame it can be told what lies hidden behind what, and where another frame shows it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/plane.hpp>

#include "plugins/common/tracking/tracker.hpp"
#include "plugins/stereo/camera_motion.hpp"

namespace relievo::stereo {

// Where a frame shows a place.
struct Sighting {
  int frame;  // for FilmMemory::colour()
  float x;    // pixels of the picture
  float y;
  float parallax;  // of what it shows there, in the present frame
  bool is_clear;   // nothing nearer lies within a few pixels there
};

// Something that is hidden in the present frame, and where another one shows it; working pixels.
struct HiddenPlace {
  Place here;
  int frame;
  float x;
  float y;
  bool is_clear;  // as of a Sighting
};

// add() takes frames in order, present() begins with the first and forward() steps to the next. One
// thread calls; follow() any number between present() and forward().
class FilmMemory {
 public:
  // frames: how many on either side of the present one are kept and looked at.
  explicit FilmMemory(int frames) : reach_(frames) {}

  // Of depth, which has the given semantic, nothing is kept.
  void add(const Frame& colour, const Plane<const float>& depth, std::uint32_t semantic);
  // No look ahead is missing for the present frame.
  [[nodiscard]] bool is_ready() const;
  // Finds what is hidden in the present frame, whose parallax is gain * inverse depth + offset, in
  // pixels of the picture. What lies so many pixels beside something nearer counts as hidden, too:
  // that is by how much the near thing grows.
  void present(double gain, double offset, int growth);
  // What other frames show, those next to the present one first.
  [[nodiscard]] const std::vector<HiddenPlace>& hidden() const { return hidden_; }
  // Of the pictures that motion is found in.
  [[nodiscard]] cv::Size working_size() const { return moments_[present_].inverse.size(); }
  // Where that frame has what the present one shows at (x, y) of the picture with the given
  // parallax, if it stands still and that frame shows it.
  [[nodiscard]] std::optional<Sighting> follow(float x, float y, float parallax, int frame) const;
  [[nodiscard]] const Frame& colour(int frame) const {
    return moments_[static_cast<std::size_t>(frame)].colour;
  }
  // Of the present frame's shot and format.
  [[nodiscard]] bool is_usable(int frame) const {
    return is_same_shot(moments_[static_cast<std::size_t>(frame)], moments_[present_]);
  }
  [[nodiscard]] int frames() const { return static_cast<int>(moments_.size()); }
  void forward();
  // Bytes that it takes for pictures of this size, roughly, without the pictures themselves.
  [[nodiscard]] static std::uint64_t memory(int width, int height, int frames);
  void forget();

 private:
  struct Lost {
    Place place;
    bool is_clear;
  };
  struct Moment {
    Frame colour;
    std::int64_t shot_id = 0;
    cv::Size size;  // of the picture
    std::uint32_t format = 0;
    cv::Mat1b grey;     // working size; only of the last frame
    cv::Mat1f inverse;  // working size
    cv::Mat1f nearest;  // inverse depth of the nearest thing around
    // Half the working size: looks as if it stood; and by how much what lies where it would be then
    // is nearer than it, if it seems to have moved (else more than anything).
    cv::Mat1b stands;
    cv::Mat1f moves;
    // To the next frame of the shot, unless there is none or the camera's motion is not clear.
    std::optional<CameraMotion> ahead;
    // What this frame shows and the next, or the one before, hides.
    std::optional<std::vector<Lost>> lost_ahead;
    std::optional<std::vector<Lost>> lost_back;
  };
  [[nodiscard]] static bool is_same_shot(const Moment& a, const Moment& b);
  static void judge(const tracking::Track& track, const CameraMotion& motion, const Moment& other,
                    Moment& moment);
  [[nodiscard]] bool stands(const Moment& moment, const Place& place) const;
  // Something nearer lies at the place, or right beside it, or up to so many samples of `nearest`
  // away.
  [[nodiscard]] bool is_covered(const Moment& moment, const Place& place, int away = 0) const;
  [[nodiscard]] std::vector<Lost> lost(const Moment& from, const CameraMotion& motion,
                                       const Moment& to) const;
  void collect(std::size_t moment, const std::vector<Lost>& places, const CameraMotion& motion);

  int reach_;
  tracking::Tracker tracker_;
  std::deque<Moment> moments_;
  std::size_t present_ = 0;
  std::vector<HiddenPlace> hidden_;
  std::vector<std::optional<CameraMotion>> ways_;  // from the present frame to each
  float tear_ = 0.0F;                              // inverse depth
  float same_ = 0.0F;                              // the same; within it depths are of one surface
  int growth_ = 0;                                 // samples of `nearest`
  float gain_ = 0.0F;                              // of the present frame
  float offset_ = 0.0F;                            // the same
};

}  // namespace relievo::stereo
