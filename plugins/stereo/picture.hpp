// A frame's planes as single components, whatever their layout, and rows of them in and out.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

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

inline void flip_row(const std::uint8_t* in, std::uint8_t* out, int n) {
  kernels().flip8(in, out, n);
}
inline void flip_row(const std::uint16_t* in, std::uint16_t* out, int n) {
  kernels().flip16(in, out, n);
}

// Reads row y to out[0 .. width - 1] without the low bits, and repeats the end samples over
// kRowPadding on both sides.
template <class T>
void load_row(const Plane<const T>& plane, int y, int low_bits, T* out) {
  const T* row = plane.row(y);
  const int n = plane.width;
  switch (plane.pixel_stride) {
    case 1: std::memcpy(out, row, static_cast<std::size_t>(n) * sizeof(T)); break;
    case -1: flip_row(row - (n - 1), out, n); break;
    case 2:
      for (int x = 0; x < n; ++x) out[x] = row[2 * x];
      break;
    case 3:
      for (int x = 0; x < n; ++x) out[x] = row[3 * x];
      break;
    default:
      for (int x = 0; x < n; ++x) out[x] = row[x * plane.pixel_stride];
  }
  if (low_bits != 0)
    for (int x = 0; x < n; ++x) out[x] = static_cast<T>(out[x] >> low_bits);
  for (int i = 1; i <= kRowPadding; ++i) {
    out[-i] = out[0];
    out[n - 1 + i] = out[n - 1];
  }
}

// Writes in[0 .. width - 1] to row y; in is left changed.
template <class T>
void store_row(const Plane<T>& plane, int y, int low_bits, T* in) {
  T* row = plane.row(y);
  const int n = plane.width;
  if (low_bits != 0)
    for (int x = 0; x < n; ++x) in[x] = static_cast<T>(in[x] << low_bits);
  switch (plane.pixel_stride) {
    case 1: std::memcpy(row, in, static_cast<std::size_t>(n) * sizeof(T)); break;
    case -1: flip_row(in, row - (n - 1), n); break;
    case 2:
      for (int x = 0; x < n; ++x) row[2 * x] = in[x];
      break;
    case 3:
      for (int x = 0; x < n; ++x) row[3 * x] = in[x];
      break;
    default:
      for (int x = 0; x < n; ++x) row[x * plane.pixel_stride] = in[x];
  }
}

}  // namespace relievo::stereo
