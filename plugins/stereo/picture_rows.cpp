#include <cstddef>
#include <cstring>

#include "plugins/stereo/picture.hpp"

namespace relievo::stereo {
namespace {

void flip(const std::uint8_t* in, std::uint8_t* out, int n) {
  kernels().flip8(in, out, n);
}
void flip(const std::uint16_t* in, std::uint16_t* out, int n) {
  kernels().flip16(in, out, n);
}
void split(const std::uint8_t* in, std::uint8_t* const* out, int components, int n) {
  kernels().split8(in, out, components, n);
}
void split(const std::uint16_t* in, std::uint16_t* const* out, int components, int n) {
  kernels().split16(in, out, components, n);
}
void join(const std::uint8_t* const* in, std::uint8_t* out, int components, int n) {
  kernels().join8(in, out, components, n);
}
void join(const std::uint16_t* const* in, std::uint16_t* out, int components, int n) {
  kernels().join16(in, out, components, n);
}

// The components of a row lie next to each other: NV12's chroma, RGB. Mirrored rows run backwards.
template <class T>
bool is_interleaved(const Plane<T>* planes, int count) {
  const std::ptrdiff_t stride = planes[0].pixel_stride;
  if (count < 2 || (stride != count && stride != -count)) return false;
  for (int c = 1; c < count; ++c)
    if (planes[c].data != planes[0].data + c || planes[c].pixel_stride != stride ||
        planes[c].row_stride != planes[0].row_stride)
      return false;
  return true;
}

// The first sample in memory of a row of interleaved components.
template <class T>
T* first_sample(const Plane<T>& plane, int y) {
  T* row = plane.row(y);
  return plane.pixel_stride > 0 ? row : row + (plane.width - 1) * plane.pixel_stride;
}

}  // namespace

template <class T>
void load_rows(const Plane<const T>* planes, int count, int y, int low_bits, T* const* out,
               T* const* spare) {
  const int n = planes[0].width;
  const bool interleaved = is_interleaved(planes, count);
  const bool backwards = planes[0].pixel_stride < 0;
  if (interleaved) split(first_sample(planes[0], y), backwards ? spare : out, count, n);
  for (int c = 0; c < count; ++c) {
    T* const row = out[c];
    const T* const in = planes[c].row(y);
    const std::ptrdiff_t stride = planes[c].pixel_stride;
    if (interleaved) {
      if (backwards) flip(spare[c], row, n);
    } else if (stride == 1) {
      std::memcpy(row, in, static_cast<std::size_t>(n) * sizeof(T));
    } else if (stride == -1) {
      flip(in - (n - 1), row, n);
    } else {
      for (int x = 0; x < n; ++x) row[x] = in[x * stride];
    }
    if (low_bits != 0)
      for (int x = 0; x < n; ++x) row[x] = static_cast<T>(row[x] >> low_bits);
    for (int i = 1; i <= kRowPadding; ++i) {
      row[-i] = row[0];
      row[n - 1 + i] = row[n - 1];
    }
  }
}

template <class T>
void store_rows(const Plane<T>* planes, int count, int y, int low_bits, T* const* in,
                T* const* spare) {
  const int n = planes[0].width;
  const bool interleaved = is_interleaved(planes, count);
  const bool backwards = planes[0].pixel_stride < 0;
  for (int c = 0; c < count; ++c) {
    T* const row = in[c];
    T* const out = planes[c].row(y);
    const std::ptrdiff_t stride = planes[c].pixel_stride;
    if (low_bits != 0)
      for (int x = 0; x < n; ++x) row[x] = static_cast<T>(row[x] << low_bits);
    if (interleaved) {
      if (backwards) flip(row, spare[c], n);
    } else if (stride == 1) {
      std::memcpy(out, row, static_cast<std::size_t>(n) * sizeof(T));
    } else if (stride == -1) {
      flip(row, out - (n - 1), n);
    } else {
      for (int x = 0; x < n; ++x) out[x * stride] = row[x];
    }
  }
  if (interleaved) join(backwards ? spare : in, first_sample(planes[0], y), count, n);
}

template void load_rows(const Plane<const std::uint8_t>*, int, int, int, std::uint8_t* const*,
                        std::uint8_t* const*);
template void load_rows(const Plane<const std::uint16_t>*, int, int, int, std::uint16_t* const*,
                        std::uint16_t* const*);
template void store_rows(const Plane<std::uint8_t>*, int, int, int, std::uint8_t* const*,
                         std::uint8_t* const*);
template void store_rows(const Plane<std::uint16_t>*, int, int, int, std::uint16_t* const*,
                         std::uint16_t* const*);

}  // namespace relievo::stereo
