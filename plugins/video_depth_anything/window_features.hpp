// What is kept of the 32 frames of a window, so that the next one need not compute it again.
#pragma once

#include <cstdint>

#include "plugins/video_depth_anything/model.hpp"

namespace relievo::video_depth_anything {

// Slots as window.hpp numbers them. Memory is allocated once and stays. Thread: the one that owns
// the node.
class WindowFeatures {
 public:
  // pictures: what features was computed from, kept too if it may have to be computed again;
  // undefined if not. Both of the frames in slots first, first + 1 ...; copied.
  void store(std::int64_t first, const FrameFeatures& features, const at::Tensor& pictures);
  // The next window begins: kRepeated moves to slots 0 .. 9.
  void begin_window();
  // Slots first .. 31 become what lies in slot first - 1.
  void repeat_last(std::int64_t first);

  // Of all 32 slots.
  [[nodiscard]] const FrameFeatures& features() const { return features_; }
  // Lets go of everything and returns the pictures [32, 3, rows, columns].
  [[nodiscard]] at::Tensor take_pictures();

 private:
  template <class Work>
  void for_each(Work&& work);

  FrameFeatures features_;
  at::Tensor pictures_;
};

}  // namespace relievo::video_depth_anything
