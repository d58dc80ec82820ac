#include "plugins/stereo/kernels.hpp"

#include <cmath>

// Every loop is written once, as a body that is always inlined. The portable version wraps the
// bodies as they are; the AVX2 version wraps them in functions for that target, where the compiler
// vectorises the same loops wider. Nothing from other headers is inlined there, so no function for
// AVX2 can stand in for one of the same name elsewhere.
#if defined(__GNUC__) || defined(__clang__)
#define RLV_STEREO_BODY static inline __attribute__((always_inline))
#else
#define RLV_STEREO_BODY static inline
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !defined(RLV_SANITIZED)
#define RLV_STEREO_AVX2 1
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

RLV_STEREO_BODY std::int32_t floor_of(float v) {
  const auto i = static_cast<std::int32_t>(v);
  return i - static_cast<std::int32_t>(static_cast<float>(i) > v);
}

// A segment covers the targets from ceil(X0) to below ceil(X1), X = x - disparity, so neighbouring
// segments leave neither gap nor overlap; ceil(X) = x - floor(disparity).
RLV_STEREO_BODY void segments_body(const float* __restrict d, int dummy,
                                   std::int32_t* __restrict target, std::int32_t* __restrict second,
                                   std::int32_t* __restrict position,
                                   std::int32_t* __restrict position_of_second, int n) {
  constexpr auto kOne = static_cast<float>(kPositionOne);
  constexpr float kShortest = 1.0F / 1024.0F;  // keeps what follows in the range of integers
  for (int x = 0; x < n - 1; ++x) {
    const float d0 = d[x];
    const float d1 = d[x + 1];
    const std::int32_t f0 = floor_of(d0);
    const std::int32_t f1 = floor_of(d1);
    const std::int32_t count = 1 + f0 - f1;
    float length = 1.0F - (d1 - d0);
    length = length < kShortest ? kShortest : length;
    const float per_target = kOne / length;
    const float first = (d0 - static_cast<float>(f0)) * per_target;
    auto u = static_cast<std::int32_t>(first + 0.5F);
    auto v = static_cast<std::int32_t>(first + per_target + 0.5F);
    u = u > kPositionOne ? kPositionOne : u;
    v = v > kPositionOne ? kPositionOne : v;
    target[x] = count > 0 ? x - f0 : dummy;
    second[x] = count > 1 ? 1 : 0;
    position[x] = (x << kPositionBits) + u;
    position_of_second[x] = (x << kPositionBits) + v;
  }
}

// Where the disparity changes slowly, eight segments in a row cover eight targets in a row.
RLV_STEREO_BODY void draw_body(const std::int32_t* __restrict target,
                               const std::int32_t* __restrict second,
                               const std::int32_t* __restrict position,
                               const std::int32_t* __restrict position_of_second, int first,
                               int last, std::int32_t* __restrict row) {
  constexpr int kTogether = 8;
  int x = first;
  while (x < last) {
    if (x + kTogether <= last) {
      const std::int32_t start = target[x];
      std::int32_t uneven = 0;
      for (int i = 0; i < kTogether; ++i) uneven |= (target[x + i] - start - i) | second[x + i];
      if (uneven == 0) {
        for (int i = 0; i < kTogether; ++i) row[start + i] = position[x + i];
        x += kTogether;
        continue;
      }
    }
    const int end = x + kTogether < last ? x + kTogether : last;
    for (; x < end; ++x) {
      std::int32_t* const there = row + target[x];
      there[second[x]] = position_of_second[x];
      *there = position[x];
    }
  }
}

RLV_STEREO_BODY void cubic_taps_body(const std::int32_t* __restrict position,
                                     std::int32_t* __restrict column, float* __restrict w0,
                                     float* __restrict w1, float* __restrict w2,
                                     float* __restrict w3, int n) {
  constexpr float kInverse = 1.0F / static_cast<float>(kPositionOne);
  for (int i = 0; i < n; ++i) {
    const std::int32_t p = position[i] < 0 ? 0 : position[i];
    column[i] = p >> kPositionBits;
    const float f = static_cast<float>(p & (kPositionOne - 1)) * kInverse;
    const float g = 1.0F - f;
    const float h = -0.5F * f * g;
    w0[i] = h * g;
    w3[i] = h * f;
    w1[i] = (1.5F * f - 2.5F) * f * f + 1.0F;
    w2[i] = (1.5F * g - 2.5F) * g * g + 1.0F;
  }
}

// Four neighbours are fetched as a whole, one target after the other; the arithmetic then runs on
// vectors.
constexpr int kBlock = 64;

template <class T>
RLV_STEREO_BODY void sample_body(const T* __restrict row, const std::int32_t* __restrict column,
                                 const float* __restrict w0, const float* __restrict w1,
                                 const float* __restrict w2, const float* __restrict w3, int max,
                                 T* __restrict out, int n) {
  const auto top = static_cast<float>(max);
  for (int start = 0; start < n; start += kBlock) {
    const int count = n - start < kBlock ? n - start : kBlock;
    std::uint32_t low[kBlock];
    std::uint32_t high[kBlock];
    for (int i = 0; i < count; ++i) {
      const T* p = row + column[start + i] - 1;
      if constexpr (sizeof(T) == 1) {
        low[i] = static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8U |
                 static_cast<std::uint32_t>(p[2]) << 16U | static_cast<std::uint32_t>(p[3]) << 24U;
      } else {
        low[i] = static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 16U;
        high[i] = static_cast<std::uint32_t>(p[2]) | static_cast<std::uint32_t>(p[3]) << 16U;
      }
    }
    for (int i = 0; i < count; ++i) {
      const int j = start + i;
      std::int32_t a = 0;
      std::int32_t b = 0;
      std::int32_t c = 0;
      std::int32_t e = 0;
      if constexpr (sizeof(T) == 1) {
        a = static_cast<std::int32_t>(low[i] & 255U);
        b = static_cast<std::int32_t>(low[i] >> 8U & 255U);
        c = static_cast<std::int32_t>(low[i] >> 16U & 255U);
        e = static_cast<std::int32_t>(low[i] >> 24U);
      } else {
        a = static_cast<std::int32_t>(low[i] & 65535U);
        b = static_cast<std::int32_t>(low[i] >> 16U);
        c = static_cast<std::int32_t>(high[i] & 65535U);
        e = static_cast<std::int32_t>(high[i] >> 16U);
      }
      float v = (w0[j] * static_cast<float>(a) + w3[j] * static_cast<float>(e)) +
                (w1[j] * static_cast<float>(b) + w2[j] * static_cast<float>(c)) + 0.5F;
      v = v < 0.0F ? 0.0F : v;
      v = v > top ? top : v;
      out[j] = static_cast<T>(static_cast<std::int32_t>(v));
    }
  }
}

RLV_STEREO_BODY bool any_hole_body(const std::int32_t* position, int n) {
  std::int32_t sign = 0;
  for (int i = 0; i < n; ++i) sign |= position[i];
  return sign < 0;
}

template <int kSources>
RLV_STEREO_BODY void merge_body(const std::int32_t* const* rows, const int* first,
                                std::int32_t* __restrict out, int n) {
  const std::int32_t* row[kSources];
  for (int s = 0; s < kSources; ++s) row[s] = rows[s] + first[s];
  const std::int32_t last = (n - 1) << kPositionBits;
  for (int k = 0; k < n; ++k) {
    std::int32_t d[kSources];
    std::int32_t near = kHole;
    for (int s = 0; s < kSources; ++s) {
      const std::int32_t p = row[s][2 * k];
      d[s] = p < 0 ? kHole : p - ((first[s] + 2 * k) << kPositionBits);
      near = d[s] > near ? d[s] : near;
    }
    std::int32_t behind = 0;
    std::int32_t members = 0;
    for (int s = 0; s < kSources; ++s) {
      const std::int32_t difference = near - d[s];
      const bool same = difference <= kPositionOne;
      behind += same ? difference : 0;
      members += static_cast<std::int32_t>(same);
    }
    const auto mean =
        near - static_cast<std::int32_t>(static_cast<float>(behind) / static_cast<float>(members));
    std::int32_t p = (k << kPositionBits) + (mean >> 1);
    p = p < 0 ? 0 : p;
    p = p > last ? last : p;
    const std::int32_t hole = near == kHole ? -1 : 0;
    out[k] = (hole & kHole) | (~hole & p);
  }
}

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
  ATTRIBUTES void draw_##SUFFIX(const SegmentRow& s, int first, int last, std::int32_t* row) {     \
    draw_body(s.target, s.second, s.position, s.position_of_second, first, last, row);             \
  }                                                                                                \
  ATTRIBUTES bool find_tears_##SUFFIX(const float* d, std::uint8_t* torn, int n) {                 \
    return find_tears_body(d, torn, n);                                                            \
  }                                                                                                \
  ATTRIBUTES void segments_##SUFFIX(const float* d, int dummy, const SegmentRow& o, int n) {       \
    segments_body(d, dummy, o.target, o.second, o.position, o.position_of_second, n);              \
  }                                                                                                \
  ATTRIBUTES void cubic_taps_##SUFFIX(const std::int32_t* position, const TapRow& o, int n) {      \
    cubic_taps_body(position, o.column, o.weight[0], o.weight[1], o.weight[2], o.weight[3], n);    \
  }                                                                                                \
  ATTRIBUTES void sample8_##SUFFIX(const std::uint8_t* row, const TapRow& t, int max,              \
                                   std::uint8_t* out, int n) {                                     \
    sample_body(row, t.column, t.weight[0], t.weight[1], t.weight[2], t.weight[3], max, out, n);   \
  }                                                                                                \
  ATTRIBUTES void sample16_##SUFFIX(const std::uint16_t* row, const TapRow& t, int max,            \
                                    std::uint16_t* out, int n) {                                   \
    sample_body(row, t.column, t.weight[0], t.weight[1], t.weight[2], t.weight[3], max, out, n);   \
  }                                                                                                \
  ATTRIBUTES bool any_hole_##SUFFIX(const std::int32_t* position, int n) {                         \
    return any_hole_body(position, n);                                                             \
  }                                                                                                \
  ATTRIBUTES void merge_chroma_##SUFFIX(const std::int32_t* const* rows, const int* first,         \
                                        int sources, std::int32_t* out, int n) {                   \
    if (sources == 1) merge_body<1>(rows, first, out, n);                                          \
    if (sources == 2) merge_body<2>(rows, first, out, n);                                          \
    if (sources == 4) merge_body<4>(rows, first, out, n);                                          \
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
                                      segments_##SUFFIX,                                           \
                                      draw_##SUFFIX,                                               \
                                      cubic_taps_##SUFFIX,                                         \
                                      sample8_##SUFFIX,                                            \
                                      sample16_##SUFFIX,                                           \
                                      any_hole_##SUFFIX,                                           \
                                      merge_chroma_##SUFFIX};

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
