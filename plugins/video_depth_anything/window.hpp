// How Video Depth Anything goes over a film: windows of 32 frames, of which 10 repeat earlier ones;
// scale and shift of each window fitted to the one before; depth blended over 8 frames. And the
// order in which its streaming mode remembers frames. Plain C++: no tensors here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace relievo::video_depth_anything {

inline constexpr int kWindowFrames = 32;
inline constexpr int kOverlap = 10;  // slots of a later window that repeat the one before
inline constexpr int kStep = kWindowFrames - kOverlap;
inline constexpr int kBlend = 8;                 // of those, slots 2 .. 9 are blended
inline constexpr int kKeep = kOverlap - kBlend;  // slots 0 and 1 are for the fit only

// Slots of a window whose frames fill slots 0 .. 9 of the next: the shot's first frame (which stays
// in slot 0), one from its middle, and its last eight.
inline constexpr std::array<int, kOverlap> kRepeated{0, 12, 24, 25, 26, 27, 28, 29, 30, 31};
// Slots of a window that the next one's slots 0 and 1 are fitted to.
inline constexpr std::array<int, 2> kReference{0, 12};

// What WindowRunner has done, in terms of slots 0 .. 31. Called on the thread that pushes.
class WindowWork {
 public:
  WindowWork() = default;
  WindowWork(const WindowWork&) = delete;
  WindowWork& operator=(const WindowWork&) = delete;
  virtual ~WindowWork() = default;

  // A shot begins: nothing of the one before is seen again.
  virtual void begin_shot() = 0;
  // The next window begins: what lies in kRepeated moves to slots 0 .. 9, in this order.
  virtual void begin_window() = 0;
  // The frame that is being pushed goes into this slot; slots come in ascending order.
  virtual void place(int slot) = 0;
  // The shot has ended: slots first .. 31 repeat what lies in slot first - 1.
  virtual void repeat_last(int first) = 0;
  // All slots are filled: depth of the window, fitted to the one before it in the shot.
  virtual void compute() = 0;
  // Depth of these slots is final and belongs to the next `count` frames of the film.
  virtual void give(int first_slot, int count) = 0;
};

// Turns a film, frame by frame, into windows. Results depend on the frames and their shots alone.
// Windows that could change nothing any more are left out; apart from that the schedule is the
// original's. Not thread-safe.
class WindowRunner {
 public:
  // reset_at_cuts: each shot is a film of its own. Otherwise the whole film is one.
  WindowRunner(WindowWork& work, bool reset_at_cuts) : work_(work), reset_at_cuts_(reset_at_cuts) {}

  // The most frames that are ever held back after push(); also how far a result looks ahead.
  static constexpr int kMaxLatency = kWindowFrames - 1;

  void push(std::int64_t shot_id);
  void finish();  // the film ends: gives everything held
  void forget();  // drops everything held

 private:
  void end_shot();
  void complete();  // window_ has its 32 slots

  WindowWork& work_;
  bool reset_at_cuts_;
  bool in_shot_ = false;
  std::int64_t shot_id_ = 0;
  std::int64_t frames_ = 0;  // of this shot
  std::int64_t given_ = 0;
  std::int64_t window_ = 0;  // that is being filled
  int filled_ = 0;           // slots of it
};

// target = scale * source + shift.
struct Affine {
  double scale = 1.0;
  double shift = 0.0;
};

// Sums over all pixels of the frames that are fitted: source x, target y.
struct FitSums {
  double n = 0;
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
};

// Least squares. A source without any variation cannot be fitted: scale 1, shift 0.
[[nodiscard]] Affine fit(const FitSums& sums);

// Weight of the new window in blended frame i (0 .. 7): from none to all.
[[nodiscard]] constexpr double blend_weight(int i) {
  return static_cast<double>(i) / (kBlend - 1);
}

// Which earlier frames a frame of a stream sees, and where they are kept. The first frame for ever,
// and the last ones in a ring.
class StreamSchedule {
 public:
  static constexpr int kSeen = kWindowFrames - 1;
  static constexpr int kRing = 41;
  static constexpr int kSlots = 1 + kRing;  // memory that a caller provides

  struct Step {
    std::vector<std::int64_t> seen;  // frames, in the order of their positions; none for frame 0
    std::int64_t frame;              // this one, at position seen.size()
  };

  // The next frame.
  [[nodiscard]] Step next();
  void restart() { *this = {}; }

  [[nodiscard]] static constexpr std::int64_t slot_of(std::int64_t frame) {
    return frame == 0 ? 0 : 1 + (frame - 1) % kRing;
  }

 private:
  std::vector<std::int64_t> cache_;
  std::int64_t frame_ = 0;
};

}  // namespace relievo::video_depth_anything
