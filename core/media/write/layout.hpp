// How two views share one picture: sizes, and the shape of a pixel.
#pragma once

#include <cstdint>
#include <string_view>

#include <relievo/plugin.h>
#include <relievo/sdk/pixel_format.hpp>

extern "C" {
#include <libavutil/rational.h>
}

namespace relievo::media {

enum class Layout {
  kFullSbs,
  kHalfSbs,
  kFullTb,
  kHalfTb,
  kRows,      // of both views in turn
  kAnaglyph,  // both views in one, by colour
  kRgbd,      // a picture and its depth side by side
  kVr180,     // side by side, each on a screen in a half-equirectangular picture
  kTwoFiles,  // each view in a film of its own
  kLeft,
  kRight
};

struct LayoutChoice {
  Layout layout = Layout::kFullSbs;
  bool right_first = false;  // the right eye's view lies left, above, or in the first row
};

// From the name that the manifest lists; throws RLV_E_CONFIG.
[[nodiscard]] LayoutChoice layout_from_name(std::string_view name);

// A packed picture. Each view is first padded by repeating its last column and row, so that the
// chroma samples of a 4:2:0 picture never mix the two views and halving meets whole samples; then
// halved where the layout says so; then put in its place.
struct PackedGeometry {
  std::int32_t padded_width = 0;  // one view before it is halved
  std::int32_t padded_height = 0;
  std::int32_t view_width = 0;  // one view as it lies in the packed picture
  std::int32_t view_height = 0;
  std::int32_t width = 0;  // the packed picture
  std::int32_t height = 0;
  int views = 1;
  bool halve_x = false;
  bool halve_y = false;
  bool stacked = false;      // the second view lies below the first one, not beside it
  bool interleaved = false;  // rows of both views in turn
  AVRational sar{0, 1};

  // Upper left corner of view 0 or 1.
  [[nodiscard]] std::int32_t view_x(int view) const { return stacked ? 0 : view * view_width; }
  [[nodiscard]] std::int32_t view_y(int view) const { return stacked ? view * view_height : 0; }
};

// width x height is one view, sar its sample aspect ratio (0:1 unknown). even: pad to even sizes
// even where the chroma does not ask for it, as the encoders of films do.
[[nodiscard]] PackedGeometry packed_geometry(Layout layout, std::int32_t width, std::int32_t height,
                                             AVRational sar, ChromaShift chroma, bool even);

}  // namespace relievo::media
