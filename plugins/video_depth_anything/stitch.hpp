// One depth out of many windows: each fitted to the one before by scale and shift, then blended
// over their common frames. The arithmetic is window.hpp's; here it runs over tensors.
#pragma once

#include <functional>

#include "plugins/common/torch_ops.hpp"
#include "plugins/video_depth_anything/window.hpp"

namespace relievo::video_depth_anything {

// Thread: the one that owns the node. Keeps two windows at network size and no more.
class Stitcher {
 public:
  // Depth at network size [frames, rows, columns] to the size at which it is fitted and given out.
  using Resize = std::function<at::Tensor(const at::Tensor&)>;

  // fitted: false for metric models, whose windows are in metres already.
  Stitcher(bool fitted, Resize resize) : fitted_(fitted), resize_(std::move(resize)) {}

  void restart();
  // Depth of the next window of the shot: [32, rows, columns] float32, network size.
  void add(const at::Tensor& depth);
  // Final depth of some slots of the last window added: [count, rows, columns].
  [[nodiscard]] at::Tensor frames(int first_slot, int count) const;
  // Of the last window added.
  [[nodiscard]] const Affine& affine() const { return current_.affine; }

 private:
  // Depth as the network gave it, and what it has been fitted with.
  struct Part {
    at::Tensor depth;
    Affine affine;
    bool first = true;  // of the shot: taken as it is, without a limit at zero
  };
  [[nodiscard]] at::Tensor fitted(const Part& part, std::int64_t first, std::int64_t count) const;
  [[nodiscard]] Affine fit_to_reference(const at::Tensor& depth) const;

  bool fitted_;
  Resize resize_;
  Part current_;
  Part tail_;        // the last eight frames of the window before
  Part reference0_;  // the shot's first frame
  Part reference1_;  // frame 12 of the window before
};

}  // namespace relievo::video_depth_anything
