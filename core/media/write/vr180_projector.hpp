// Draws the views of a flat film into half-equirectangular pictures, component by component: no
// trip through RGB.
#pragma once

#include <memory>

#include <relievo/plugin.h>

#include "core/media/av.hpp"
#include "core/media/write/vr180.hpp"

namespace relievo::media {

// Not thread-safe.
class Vr180Projector {
 public:
  // format, width, height: of the views; pixel_shape: width over height of a pixel; colour: says
  // where chroma lies and what is black.
  Vr180Projector(const Vr180Screen& screen, AVPixelFormat format, int width, int height,
                 double pixel_shape, const rlv_colour& colour);
  ~Vr180Projector();

  // A square picture of vr180_side() in the format of the view, black outside of the screen. Cubic
  // interpolation, of a view that was first made smaller where the picture is too coarse for it.
  [[nodiscard]] AvFramePtr project(const AVFrame& view, bool right_eye);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace relievo::media
