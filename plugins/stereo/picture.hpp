// A frame's planes as single components, whatever their layout, and rows of them in and out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/plane.hpp>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// What a pixel format means for warping. Components 0 .. full - 1 have the picture's size, the rest
// the chroma's.
struct PictureFormat {
  int width = 0;
  int height = 0;
  int components = 1;
  int full_components = 1;
  int chroma_shift_x = 0;  // of the components that are not full
  int chroma_shift_y = 0;
  int bits = 8;
  int low_bits = 0;  // unused bits below a sample (P010)
  // Where chroma lies: luma columns right and luma rows below the first of its block, times 2.
  int chroma_x2 = 0;
  int chroma_y2 = 0;
  std::array<int, 3> black{};  // of each component, in samples without low_bits

  [[nodiscard]] int max() const { return (1 << bits) - 1; }
  [[nodiscard]] int chroma_width() const {
    return (width + (1 << chroma_shift_x) - 1) >> chroma_shift_x;
  }
  [[nodiscard]] int chroma_height() const {
    return (height + (1 << chroma_shift_y) - 1) >> chroma_shift_y;
  }
};

// Throws RLV_E_UNSUPPORTED for a format that the manifest does not name.
[[nodiscard]] PictureFormat picture_format(std::uint32_t pixel_format, int width, int height,
                                           const rlv_colour& colour);

// One Plane of one component each; the samples of a component may lie apart.
template <class T>
using Components = std::array<Plane<T>, 3>;

// The components of a frame, cut to the picture's area. T: uint8_t or uint16_t, const for reading.
template <class T>
[[nodiscard]] Components<T> components_of(const Frame& frame, const PictureFormat& format) {
  Components<T> all;
  int next = 0;
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto plane = frame.plane<T>(p);
    for (int c = 0; c < plane.components && next < format.components; ++c, ++next) {
      const bool full = next < format.full_components;
      all[static_cast<std::size_t>(next)] = {plane.data + c,
                                             full ? format.width : format.chroma_width(),
                                             full ? format.height : format.chroma_height(),
                                             1,
                                             plane.row_stride,
                                             plane.pixel_stride};
    }
  }
  return all;
}

// The plane as seen in a mirror.
template <class T>
[[nodiscard]] Plane<T> mirrored(Plane<T> plane) {
  plane.data += (plane.width - 1) * plane.pixel_stride;
  plane.pixel_stride = -plane.pixel_stride;
  return plane;
}

// Reads row y of `count` components to out[c][0 .. width - 1] without the low bits, and repeats the
// end samples over kRowPadding on both sides. spare[c] has room for a row.
template <class T>
void load_rows(const Plane<const T>* planes, int count, int y, int low_bits, T* const* out,
               T* const* spare);

// Writes in[c][0 .. width - 1] to row y of `count` components; in is left changed.
template <class T>
void store_rows(const Plane<T>* planes, int count, int y, int low_bits, T* const* in,
                T* const* spare);

}  // namespace relievo::stereo
