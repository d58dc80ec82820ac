// What the frames around one show of the background that is hidden in it.
//
// Each frame of a shot is kept with the motion of its background to its neighbours, also where
// something hides it (hidden_motion.hpp). A hidden place is followed from frame to frame, both
// ways, until a frame shows it: there nothing nearer lies before it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include <opencv2/core.hpp>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/plane.hpp>

#include "plugins/common/tracking/tracker.hpp"
#include "plugins/stereo/hidden_motion.hpp"

namespace relievo::stereo {

// Where a place of the present frame's background is seen.
struct Sighting {
  int frame;  // for FilmMemory::colour()
  float x;    // pixels of the picture
  float y;
  float sure;  // 0 to 1
};

// add() takes frames in order, present() begins with the first and forward() steps to the next. One
// thread calls all but look(), which any number may call between present() and forward().
class FilmMemory {
 public:
  // frames: how many on either side of the present one are kept and looked at.
  explicit FilmMemory(int frames) : reach_(frames), tracker_(tracking::Tracker::Detail::kFine) {}

  // Of depth, which has the given semantic, nothing is kept.
  void add(const Frame& colour, const Plane<const float>& depth, std::uint32_t semantic);
  // No look ahead is missing for the present frame.
  [[nodiscard]] bool is_ready() const;
  // Prepares look() for the present frame, whose parallax is gain * inverse depth + offset, in
  // pixels of the picture.
  void present(double gain, double offset);
  // The frame that shows what has the given parallax at (x, y) of the present picture, pixels,
  // where something hides it; the nearest in time. Nothing if none does.
  [[nodiscard]] std::optional<Sighting> look(float x, float y, float parallax) const;
  // Where that frame has what the present one shows at (x, y) with the given parallax.
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
  struct Moment {
    Frame colour;
    std::int64_t shot_id = 0;
    cv::Size size;  // of the picture
    std::uint32_t format = 0;
    cv::Mat1b grey;         // small
    cv::Mat1f inverse;      // small
    cv::Mat1f nearest;      // inverse depth of the nearest thing around
    tracking::Track ahead;  // small; empty at the end of a shot
    tracking::Track back;   // small; empty at its beginning
    std::optional<HiddenMotion> hidden_ahead;
    std::optional<HiddenMotion> hidden_back;
  };
  // A place on its way through the frames, small pixels.
  struct Walk {
    std::size_t moment;
    float x;
    float y;
    float inverse;  // its depth
    float sure;
    bool goes_on;
  };
  [[nodiscard]] static bool is_same_shot(const Moment& a, const Moment& b);
  void step(Walk& walk, bool ahead) const;
  [[nodiscard]] Walk start_at(float x, float y, float inverse) const;
  [[nodiscard]] Sighting sighting_of(const Walk& walk) const;
  [[nodiscard]] bool is_seen(const Walk& walk) const;

  int reach_;
  tracking::Tracker tracker_;
  std::deque<Moment> moments_;
  std::size_t present_ = 0;
  float tear_ = 0.0F;    // inverse depth
  float same_ = 0.0F;    // the same; within it depths are of one surface
  float gain_ = 0.0F;    // of the present frame
  float offset_ = 0.0F;  // the same
};

}  // namespace relievo::stereo
