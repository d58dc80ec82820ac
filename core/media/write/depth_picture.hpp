// Depth maps as pictures: far is black (0), near is white (1), over a steady range.
#pragma once

#include <vector>

#include <relievo/sdk/depth_range.hpp>
#include <relievo/sdk/frame.hpp>

#include "core/media/av.hpp"
#include "core/media/write/colormap.hpp"

namespace relievo::media {

// The numbers of a map (map_f32, map_f16 or map_u16) as floats, row by row without gaps. Throws
// RLV_E_UNSUPPORTED.
void map_values(const Frame& depth, std::vector<float>& out);

// One per stream; not thread-safe.
class DepthPainter {
 public:
  explicit DepthPainter(const Colormap& colours) : colours_(colours) {}

  // Looks at the next map (map_f32, map_f16 or map_u16, of any depth semantic) and keeps its
  // values, 0 (far) to 1 (near), width * height of them, until the next call. Throws
  // RLV_E_UNSUPPORTED.
  void look(const Frame& depth);
  [[nodiscard]] const std::vector<float>& values() const { return values_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

  // Brings the kept values to another size; both cover the same picture.
  void resize(int width, int height);

  // Writes the kept values into picture, which may be larger: the last column and row are repeated.
  // Grey: into GRAY8, GRAY16 or RGB (full range), or Y'CbCr without colour (limited range, or full
  // if full_range).
  void paint_grey(AVFrame& picture, bool full_range = false) const;
  // Colours: into RGB24.
  void paint_colours(AVFrame& picture) const;

 private:
  [[nodiscard]] float value_at(int x, int y) const;

  Colormap colours_;
  DepthRange range_{DepthRange::Options{.skip_small = false}};
  std::vector<float> values_;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace relievo::media
