#include "plugins/stereo/kernels.hpp"

#include <cmath>

#include "plugins/stereo/chroma_merge.hpp"
#include "plugins/stereo/cubic.hpp"
#include "plugins/stereo/kernels_avx2.hpp"
#include "plugins/stereo/segment.hpp"

// Every loop is written once, as a body that is always inlined. The portable version wraps the
// bodies as they are; the AVX2 version wraps them in functions for that target, where the compiler
// vectorises the same loops wider. Nothing from other headers is inlined there, so no function for
// AVX2 can stand in for one of the same name elsewhere.
#if defined(__GNUC__) || defined(__clang__)
#define RLV_STEREO_BODY static inline __attribute__((always_inline))
#else
#define RLV_STEREO_BODY static inline
#endif

namespace relievo::stereo {
namespace {

RLV_STEREO_BODY void blend_body(const float* __restrict a, const float* __restrict b, float t,
                                float* __restrict out, int n) {
  const float s = 1.0F - t;
  for (int i = 0; i < n; ++i) out[i] = s * a[i] + t * b[i];
}

RLV_STEREO_BODY void resample_body(const float* __restrict in, const std::int32_t* __restrict index,
                                   const float* __restrict weight, float* __restrict out, int n) {
  for (int i = 0; i < n; ++i) {
    const float* p = in + index[i];
    out[i] = (1.0F - weight[i]) * p[0] + weight[i] * p[1];
  }
}

RLV_STEREO_BODY float mapped(float inverse, bool usable, const DepthMapping& m) {
  float v = m.scale * inverse + m.shift;
  v = v < m.low ? m.low : v;
  v = v > m.high ? m.high : v;
  return usable ? v * m.gain + m.offset : m.otherwise;
}

RLV_STEREO_BODY void map_inverse_body(const float* __restrict depth, const DepthMapping& mapping,
                                      float* __restrict out, int n) {
  const DepthMapping m = mapping;
  for (int i = 0; i < n; ++i) {
    const float v = depth[i];
    const bool usable = v - v == 0.0F;  // finite
    out[i] = mapped(usable ? v : 0.0F, usable, m);
  }
}

RLV_STEREO_BODY void map_metres_body(const float* __restrict depth, const DepthMapping& mapping,
                                     float* __restrict out, int n) {
  const DepthMapping m = mapping;
  for (int i = 0; i < n; ++i) {
    const float v = depth[i];
    const bool usable = v > 0.0F && v - v == 0.0F;
    out[i] = mapped(1.0F / (usable ? v : 1.0F), usable, m);
  }
}

template <class T>
RLV_STEREO_BODY void flip_body(const T* __restrict in, T* __restrict out, int n) {
  for (int i = 0; i < n; ++i) out[i] = in[n - 1 - i];
}

template <class T>
RLV_STEREO_BODY void split_body(const T* __restrict in, T* const* out, int components, int n) {
  T* __restrict a = out[0];
  T* __restrict b = out[1];
  if (components == 2) {
    for (int i = 0; i < n; ++i) {
      a[i] = in[2 * i];
      b[i] = in[2 * i + 1];
    }
    return;
  }
  T* __restrict c = out[2];
  for (int i = 0; i < n; ++i) {
    a[i] = in[3 * i];
    b[i] = in[3 * i + 1];
    c[i] = in[3 * i + 2];
  }
}

template <class T>
RLV_STEREO_BODY void join_body(const T* const* in, T* __restrict out, int components, int n) {
  const T* __restrict a = in[0];
  const T* __restrict b = in[1];
  if (components == 2) {
    for (int i = 0; i < n; ++i) {
      out[2 * i] = a[i];
      out[2 * i + 1] = b[i];
    }
    return;
  }
  const T* __restrict c = in[2];
  for (int i = 0; i < n; ++i) {
    out[3 * i] = a[i];
    out[3 * i + 1] = b[i];
    out[3 * i + 2] = c[i];
  }
}

RLV_STEREO_BODY bool find_tears_body(const float* __restrict d, std::uint8_t* __restrict torn,
                                     int n) {
  int any = 0;
  for (int x = 0; x < n - 1; ++x) {
    const float step = d[x + 1] - d[x];
    const int t = static_cast<int>(step > kTear) | static_cast<int>(step < -kTear);
    torn[x] = static_cast<std::uint8_t>(t);
    any |= t;
  }
  return any != 0;
}

// Segments in blocks: the arithmetic runs on vectors, then they are written. Where the disparity
// changes slowly, a block's segments cover as many targets in a row. The version for AVX2 is in
// kernels_avx2.cpp.
void draw_portable(const float* disparity, int first, int last, int width, std::int32_t* row) {
  constexpr int kTogether = 8;
  int x = first;
  for (; x + kTogether <= last; x += kTogether) {
    Segment segments[kTogether];
    std::int32_t uneven = 0;
    for (int i = 0; i < kTogether; ++i) {
      segments[i] = segment(disparity[x + i], disparity[x + i + 1], x + i);
      uneven |= (segments[i].target - segments[0].target - i) | (segments[i].count - 1);
    }
    const std::int32_t start = segments[0].target;
    if (uneven == 0 && start >= 0 && start + kTogether <= width)
      for (int i = 0; i < kTogether; ++i) row[start + i] = segments[i].position;
    else
      for (const auto& s : segments) draw_segment(s, width, row);
  }
  for (; x < last; ++x) draw_segment(segment(disparity[x], disparity[x + 1], x), width, row);
}

// Neighbours are fetched one target after the other; the arithmetic then runs on vectors. The
// version for AVX2 is in kernels_avx2.cpp.
template <class T>
void sample_portable(const T* const* rows, int components, const std::int32_t* position, int max,
                     T* const* out, int n) {
  constexpr int kBlock = 64;
  const auto top = static_cast<float>(max);
  for (int start = 0; start < n; start += kBlock) {
    const int count = n - start < kBlock ? n - start : kBlock;
    std::int32_t column[kBlock];
    float weight[4][kBlock];
    for (int i = 0; i < count; ++i) {
      const std::int32_t p = position[start + i] < 0 ? 0 : position[start + i];
      column[i] = p >> kPositionBits;
      const auto w = cubic_weights(p);
      weight[0][i] = w.before;
      weight[1][i] = w.at;
      weight[2][i] = w.next;
      weight[3][i] = w.after;
    }
    for (int c = 0; c < components; ++c) {
      std::int32_t near[4][kBlock];
      for (int i = 0; i < count; ++i)
        for (int k = 0; k < 4; ++k) near[k][i] = rows[c][column[i] + k - 1];
      std::int32_t value[kBlock];
      for (int i = 0; i < count; ++i)
        value[i] =
            cubic_sample({weight[0][i], weight[1][i], weight[2][i], weight[3][i]},
                         static_cast<float>(near[0][i]), static_cast<float>(near[1][i]),
                         static_cast<float>(near[2][i]), static_cast<float>(near[3][i]), top);
      for (int i = 0; i < count; ++i) out[c][start + i] = static_cast<T>(value[i]);
    }
  }
}

std::uint64_t hole_bits_portable(const std::int32_t* position, int n) {
  std::uint64_t bits = 0;
  for (int i = 0; i < n; ++i) bits |= std::uint64_t(position[i] < 0) << i;
  return bits;
}

void surface_bits_portable(const std::int32_t* position, std::ptrdiff_t stride, int rows,
                           int column, std::int32_t displacement, unsigned* bits) {
  for (int y = 0; y < rows; ++y, position += stride) {
    bits[y] = 0;
    for (int i = 0; i < 8; ++i)
      bits[y] |= static_cast<unsigned>(is_of_surface(position[i], column + i, displacement)) << i;
  }
}

std::uint64_t bits_near_tears_portable(const std::int32_t* position, const std::uint8_t* torn,
                                       int n) {
  std::uint64_t bits = 0;
  for (int i = 0; i < n; ++i) bits |= std::uint64_t(is_near_tear(position[i], torn)) << i;
  return bits;
}

template <int kSources>
void merge(const std::int32_t* const* rows, const int* first, std::int32_t* out, int n) {
  const std::int32_t last = (n - 1) << kPositionBits;
  for (int k = 0; k < n; ++k) out[k] = merged_position<kSources>(rows, first, last, k);
}

void merge_chroma_portable(const std::int32_t* const* rows, const int* first, int sources,
                           std::int32_t* out, int n) {
  if (sources == 1) merge<1>(rows, first, out, n);
  if (sources == 2) merge<2>(rows, first, out, n);
  if (sources == 4) merge<4>(rows, first, out, n);
}

float weight_of(std::uint8_t part) {
  return part != 0 ? 1.0F : 0.0F;
}

void neighbour_shares_portable(const std::uint8_t* part, const std::uint8_t* above,
                               const std::uint8_t* below, float step, float* share, int n) {
  for (int i = 0; i < n; ++i) {
    const float count = (weight_of(part[i - 1]) + weight_of(part[i + 1])) +
                        (weight_of(above[i]) + weight_of(below[i]));
    share[i] = count > 0.0F ? step / count : 0.0F;
  }
}

void relax_portable(float* const* planes, int components, const CellRun& run, const float* share,
                    float step, int parity) {
  const float rest = 1.0F - step;
  const float* const own_share = share + run.own;
  for (int c = 0; c < components; ++c) {
    float* const v = planes[c] + run.own;
    const float* const above = planes[c] + run.above;
    const float* const below = planes[c] + run.below;
    for (int i = parity; i < run.length; i += 2)
      if (own_share[i] > 0.0F)
        v[i] = rest * v[i] + own_share[i] * ((v[i - 1] + v[i + 1]) + (above[i] + below[i]));
  }
}

void part_scales_portable(const std::uint8_t* near, const std::uint8_t* far, float* left,
                          float* right, int n) {
  const auto column = [&](int i) {
    return 3.0F * weight_of(near[i]) + weight_of(far[i]);
  };
  for (int i = 0; i < n; ++i) {
    const float here = 3.0F * column(i);
    const float with_left = here + column(i - 1);
    const float with_right = here + column(i + 1);
    left[i] = with_left > 0.0F ? 1.0F / with_left : 0.0F;
    right[i] = with_right > 0.0F ? 1.0F / with_right : 0.0F;
  }
}

void interpolate_portable(const float* near, const float* far, const float* left,
                          const float* right, float* out, int n) {
  for (int i = 0; i < n; ++i) {
    const float middle = 9.0F * near[i] + 3.0F * far[i];
    out[2 * i] = (middle + (3.0F * near[i - 1] + far[i - 1])) * left[i];
    out[2 * i + 1] = (middle + (3.0F * near[i + 1] + far[i + 1])) * right[i];
  }
}

constexpr auto sample8_portable = sample_portable<std::uint8_t>;
constexpr auto sample16_portable = sample_portable<std::uint16_t>;

// The versions: one function for each body and target.
#define RLV_STEREO_VERSION(ATTRIBUTES, SUFFIX)                                                     \
  ATTRIBUTES void blend_##SUFFIX(const float* a, const float* b, float t, float* out, int n) {     \
    blend_body(a, b, t, out, n);                                                                   \
  }                                                                                                \
  ATTRIBUTES void resample_##SUFFIX(const float* in, const std::int32_t* index,                    \
                                    const float* weight, float* out, int n) {                      \
    resample_body(in, index, weight, out, n);                                                      \
  }                                                                                                \
  ATTRIBUTES void map_inverse_##SUFFIX(const float* depth, const DepthMapping& m, float* out,      \
                                       int n) {                                                    \
    map_inverse_body(depth, m, out, n);                                                            \
  }                                                                                                \
  ATTRIBUTES void map_metres_##SUFFIX(const float* depth, const DepthMapping& m, float* out,       \
                                      int n) {                                                     \
    map_metres_body(depth, m, out, n);                                                             \
  }                                                                                                \
  ATTRIBUTES void flip_##SUFFIX(const float* in, float* out, int n) {                              \
    flip_body(in, out, n);                                                                         \
  }                                                                                                \
  ATTRIBUTES void flip8_##SUFFIX(const std::uint8_t* in, std::uint8_t* out, int n) {               \
    flip_body(in, out, n);                                                                         \
  }                                                                                                \
  ATTRIBUTES void flip16_##SUFFIX(const std::uint16_t* in, std::uint16_t* out, int n) {            \
    flip_body(in, out, n);                                                                         \
  }                                                                                                \
  ATTRIBUTES void split8_##SUFFIX(const std::uint8_t* in, std::uint8_t* const* out,                \
                                  int components, int n) {                                         \
    split_body(in, out, components, n);                                                            \
  }                                                                                                \
  ATTRIBUTES void split16_##SUFFIX(const std::uint16_t* in, std::uint16_t* const* out,             \
                                   int components, int n) {                                        \
    split_body(in, out, components, n);                                                            \
  }                                                                                                \
  ATTRIBUTES void join8_##SUFFIX(const std::uint8_t* const* in, std::uint8_t* out, int components, \
                                 int n) {                                                          \
    join_body(in, out, components, n);                                                             \
  }                                                                                                \
  ATTRIBUTES void join16_##SUFFIX(const std::uint16_t* const* in, std::uint16_t* out,              \
                                  int components, int n) {                                         \
    join_body(in, out, components, n);                                                             \
  }                                                                                                \
  ATTRIBUTES bool find_tears_##SUFFIX(const float* d, std::uint8_t* torn, int n) {                 \
    return find_tears_body(d, torn, n);                                                            \
  }                                                                                                \
  constexpr Kernels kKernels_##SUFFIX{#SUFFIX,                                                     \
                                      blend_##SUFFIX,                                              \
                                      resample_##SUFFIX,                                           \
                                      map_inverse_##SUFFIX,                                        \
                                      map_metres_##SUFFIX,                                         \
                                      flip_##SUFFIX,                                               \
                                      flip8_##SUFFIX,                                              \
                                      flip16_##SUFFIX,                                             \
                                      split8_##SUFFIX,                                             \
                                      split16_##SUFFIX,                                            \
                                      join8_##SUFFIX,                                              \
                                      join16_##SUFFIX,                                             \
                                      find_tears_##SUFFIX,                                         \
                                      draw_##SUFFIX,                                               \
                                      sample8_##SUFFIX,                                            \
                                      sample16_##SUFFIX,                                           \
                                      hole_bits_##SUFFIX,                                          \
                                      surface_bits_##SUFFIX,                                       \
                                      bits_near_tears_##SUFFIX,                                    \
                                      merge_chroma_##SUFFIX,                                       \
                                      neighbour_shares_##SUFFIX,                                   \
                                      relax_##SUFFIX,                                              \
                                      part_scales_##SUFFIX,                                        \
                                      interpolate_##SUFFIX};

RLV_STEREO_VERSION(, portable)
#ifdef RLV_STEREO_AVX2
RLV_STEREO_VERSION(__attribute__((target("avx2"))), avx2)
#endif

}  // namespace

const Kernels& portable_kernels() {
  return kKernels_portable;
}

const Kernels& kernels() {
#ifdef RLV_STEREO_AVX2
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return kKernels_avx2;
#endif
  return kKernels_portable;
}

}  // namespace relievo::stereo
