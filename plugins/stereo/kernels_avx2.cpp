#include "plugins/stereo/kernels_avx2.hpp"

#ifdef RLV_STEREO_AVX2

#include <immintrin.h>

#include <cstring>

#include "plugins/stereo/avx2_target.hpp"
#include "plugins/stereo/chroma_merge.hpp"
#include "plugins/stereo/cubic.hpp"
#include "plugins/stereo/segment.hpp"

namespace relievo::stereo {
namespace {

constexpr int kLanes = 8;

RLV_AVX2_BODY __m256 widened(const std::uint8_t* eight) {
  const auto bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(eight));
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
}

RLV_AVX2_BODY __m256 widened(const std::uint16_t* eight) {
  const auto words = _mm_loadu_si128(reinterpret_cast<const __m128i*>(eight));
  return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(words));
}

RLV_AVX2_BODY __m128i narrowed_to_words(__m256i v) {
  return _mm_packus_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

RLV_AVX2_BODY void store_narrowed(__m256i v, std::uint8_t* out) {
  const auto words = narrowed_to_words(v);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(words, words));
}

RLV_AVX2_BODY void store_narrowed(__m256i v, std::uint16_t* out) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), narrowed_to_words(v));
}

// The samples before, at, next to and after the columns of eight targets.
struct Near {
  __m256 before, at, next, after;
};

// The four of each target as they lie, then transposed.
RLV_AVX2_BODY Near gathered(const std::uint8_t* row, const std::int32_t* column) {
  alignas(32) std::int32_t four[kLanes];
  for (int i = 0; i < kLanes; ++i) std::memcpy(&four[i], row + column[i] - 1, sizeof(four[i]));
  const auto all = _mm256_load_si256(reinterpret_cast<const __m256i*>(four));
  const auto low = _mm256_set1_epi32(255);
  return {_mm256_cvtepi32_ps(_mm256_and_si256(all, low)),
          _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(all, 8), low)),
          _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(all, 16), low)),
          _mm256_cvtepi32_ps(_mm256_srli_epi32(all, 24))};
}

RLV_AVX2_BODY Near gathered(const std::uint16_t* row, const std::int32_t* column) {
  alignas(32) std::int32_t first[kLanes];
  alignas(32) std::int32_t last[kLanes];
  for (int i = 0; i < kLanes; ++i) {
    std::memcpy(&first[i], row + column[i] - 1, sizeof(first[i]));
    std::memcpy(&last[i], row + column[i] + 1, sizeof(last[i]));
  }
  const auto a = _mm256_load_si256(reinterpret_cast<const __m256i*>(first));
  const auto b = _mm256_load_si256(reinterpret_cast<const __m256i*>(last));
  const auto low = _mm256_set1_epi32(65535);
  return {
      _mm256_cvtepi32_ps(_mm256_and_si256(a, low)), _mm256_cvtepi32_ps(_mm256_srli_epi32(a, 16)),
      _mm256_cvtepi32_ps(_mm256_and_si256(b, low)), _mm256_cvtepi32_ps(_mm256_srli_epi32(b, 16))};
}

// Where the disparity changes slowly, neighbouring targets lie between neighbouring columns, and
// their samples are read as they lie. Elsewhere each target fetches its four.
template <int kComponents, class T>
RLV_AVX2_BODY void sample_body(const T* const* rows, const std::int32_t* position, int max,
                               T* const* out, int n) {
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto one = _mm256_set1_ps(1.0F);
  const auto one_and_half = _mm256_set1_ps(1.5F);
  const auto two_and_half = _mm256_set1_ps(2.5F);
  const auto half = _mm256_set1_ps(0.5F);
  const auto top = _mm256_set1_ps(static_cast<float>(max));
  int x = 0;
  for (; x + kLanes <= n; x += kLanes) {
    auto p = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(position + x));
    p = _mm256_max_epi32(p, _mm256_setzero_si256());
    const auto column = _mm256_srli_epi32(p, kPositionBits);
    const auto fraction = _mm256_and_si256(p, _mm256_set1_epi32(kPositionOne - 1));
    const auto f = _mm256_mul_ps(_mm256_cvtepi32_ps(fraction),
                                 _mm256_set1_ps(1.0F / static_cast<float>(kPositionOne)));
    const auto g = _mm256_sub_ps(one, f);
    const auto h = _mm256_mul_ps(_mm256_mul_ps(_mm256_set1_ps(-0.5F), f), g);
    const auto before = _mm256_mul_ps(h, g);
    const auto after = _mm256_mul_ps(h, f);
    const auto at = _mm256_add_ps(
        _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(_mm256_mul_ps(one_and_half, f), two_and_half), f),
                      f),
        one);
    const auto next = _mm256_add_ps(
        _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(_mm256_mul_ps(one_and_half, g), two_and_half), g),
                      g),
        one);
    const std::int32_t first = _mm256_cvtsi256_si32(column);
    const auto along = _mm256_add_epi32(_mm256_set1_epi32(first), lanes);
    const bool together = _mm256_movemask_epi8(_mm256_cmpeq_epi32(column, along)) == -1;
    alignas(32) std::int32_t columns[kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(columns), column);
    for (int c = 0; c < kComponents; ++c) {
      const T* const from = rows[c] + first;
      const Near near =
          together ? Near{widened(from - 1), widened(from), widened(from + 1), widened(from + 2)}
                   : gathered(rows[c], columns);
      auto v = _mm256_add_ps(
          _mm256_add_ps(
              _mm256_add_ps(_mm256_mul_ps(before, near.before), _mm256_mul_ps(after, near.after)),
              _mm256_add_ps(_mm256_mul_ps(at, near.at), _mm256_mul_ps(next, near.next))),
          half);
      v = _mm256_min_ps(_mm256_max_ps(v, _mm256_setzero_ps()), top);
      store_narrowed(_mm256_cvttps_epi32(v), out[c] + x);
    }
  }
  for (; x < n; ++x) {
    const std::int32_t p = position[x] < 0 ? 0 : position[x];
    const auto w = cubic_weights(p);
    for (int c = 0; c < kComponents; ++c) {
      const T* const at = rows[c] + (p >> kPositionBits);
      out[c][x] =
          static_cast<T>(cubic_sample(w, at[-1], at[0], at[1], at[2], static_cast<float>(max)));
    }
  }
}

template <class T>
RLV_AVX2_BODY void sample(const T* const* rows, int components, const std::int32_t* position,
                          int max, T* const* out, int n) {
  if (components == 1) sample_body<1>(rows, position, max, out, n);
  if (components == 2) sample_body<2>(rows, position, max, out, n);
  if (components == 3) sample_body<3>(rows, position, max, out, n);
}

RLV_AVX2_BODY void store(__m256i v, std::int32_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), v);
}

// Every other one of sixteen.
RLV_AVX2_BODY __m256i even_columns(const std::int32_t* sixteen) {
  const auto a = _mm256_loadu_ps(reinterpret_cast<const float*>(sixteen));
  const auto b = _mm256_loadu_ps(reinterpret_cast<const float*>(sixteen + kLanes));
  const auto halves = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88));
  return _mm256_castpd_si256(_mm256_permute4x64_pd(halves, 0xD8));
}

template <int kSources>
RLV_AVX2_BODY void merge(const std::int32_t* const* rows, const int* first, std::int32_t* out,
                         int n) {
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto hole = _mm256_set1_epi32(kHole);
  const auto one = _mm256_set1_epi32(kPositionOne);
  const std::int32_t last = (n - 1) << kPositionBits;
  int k = 0;
  // One less than half of sixteen columns: the last of them is not looked at, and may not be there.
  for (; k + kLanes < n; k += kLanes) {
    const auto own =
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_set1_epi32(k), lanes), kPositionBits);
    __m256i d[kSources];
    auto near = hole;
    for (int s = 0; s < kSources; ++s) {
      const auto p = even_columns(rows[s] + first[s] + 2 * k);
      const auto column =
          _mm256_add_epi32(_mm256_set1_epi32(first[s] << kPositionBits), _mm256_slli_epi32(own, 1));
      d[s] = _mm256_blendv_epi8(_mm256_sub_epi32(p, column), hole, _mm256_srai_epi32(p, 31));
      near = _mm256_max_epi32(near, d[s]);
    }
    auto behind = _mm256_setzero_si256();
    auto members = _mm256_setzero_si256();  // below 0
    for (int s = 0; s < kSources; ++s) {
      const auto difference = _mm256_sub_epi32(near, d[s]);
      const auto other = _mm256_cmpgt_epi32(difference, one);
      behind = _mm256_add_epi32(behind, _mm256_andnot_si256(other, difference));
      members = _mm256_add_epi32(members, _mm256_cmpeq_epi32(other, _mm256_setzero_si256()));
    }
    // Two members have a difference between them, one has none.
    if constexpr (kSources <= 2)
      behind = _mm256_srli_epi32(behind, 1);
    else
      behind = _mm256_cvttps_epi32(
          _mm256_div_ps(_mm256_cvtepi32_ps(behind), _mm256_cvtepi32_ps(_mm256_abs_epi32(members))));
    auto p = _mm256_add_epi32(own, _mm256_srai_epi32(_mm256_sub_epi32(near, behind), 1));
    p = _mm256_min_epi32(_mm256_max_epi32(p, _mm256_setzero_si256()), _mm256_set1_epi32(last));
    store(_mm256_blendv_epi8(p, hole, _mm256_cmpeq_epi32(near, hole)), out + k);
  }
  for (; k < n; ++k) out[k] = merged_position<kSources>(rows, first, last, k);
}

RLV_AVX2_BODY std::uint64_t sign_bits(__m256i eight) {
  return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(eight)));
}

RLV_AVX2_BODY __m256i loaded(const std::int32_t* eight) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(eight));
}

}  // namespace

RLV_AVX2 std::uint64_t hole_bits_avx2(const std::int32_t* position, int n) {
  std::uint64_t bits = 0;
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) bits |= sign_bits(loaded(position + i)) << i;
  for (; i < n; ++i) bits |= std::uint64_t(position[i] < 0) << i;
  return bits;
}

RLV_AVX2 void surface_bits_avx2(const std::int32_t* position, std::ptrdiff_t stride, int rows,
                                int column, std::int32_t displacement, unsigned* bits) {
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto columns = _mm256_add_epi32(_mm256_set1_epi32(column), lanes);
  const auto expected =
      _mm256_add_epi32(_mm256_slli_epi32(columns, kPositionBits), _mm256_set1_epi32(displacement));
  const auto beyond = _mm256_set1_epi32(kPositionOne + 1);
  for (int y = 0; y < rows; ++y, position += stride) {
    const auto difference = _mm256_abs_epi32(_mm256_sub_epi32(loaded(position), expected));
    bits[y] = static_cast<unsigned>(sign_bits(_mm256_cmpgt_epi32(beyond, difference)));
  }
}

// Where the disparity changes slowly, neighbouring targets lie between neighbouring columns.
RLV_AVX2 std::uint64_t bits_near_tears_avx2(const std::int32_t* position, const std::uint8_t* torn,
                                            int n) {
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto zero = _mm256_setzero_si256();
  std::uint64_t bits = 0;
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const auto p = loaded(position + i);
    const auto column = _mm256_srai_epi32(p, kPositionBits);
    const std::int32_t first = _mm256_cvtsi256_si32(column);
    const auto along = _mm256_add_epi32(_mm256_set1_epi32(first), lanes);
    if (first >= 0 && _mm256_movemask_epi8(_mm256_cmpeq_epi32(column, along)) == -1) {
      const auto flags = _mm_loadu_si128(reinterpret_cast<const __m128i*>(torn + first));
      const auto any =
          _mm_or_si128(flags, _mm_or_si128(_mm_srli_si128(flags, 1), _mm_srli_si128(flags, 2)));
      const auto none = _mm256_cmpeq_epi32(_mm256_cvtepu8_epi32(any), zero);
      const auto whole =
          _mm256_cmpeq_epi32(_mm256_and_si256(p, _mm256_set1_epi32(kPositionOne - 1)), zero);
      bits |= (sign_bits(_mm256_or_si256(none, whole)) ^ 255U) << i;
      continue;
    }
    for (int k = i; k < i + kLanes; ++k)
      bits |= std::uint64_t(is_near_tear(position[k], torn)) << k;
  }
  for (; i < n; ++i) bits |= std::uint64_t(is_near_tear(position[i], torn)) << i;
  return bits;
}

RLV_AVX2 void merge_chroma_avx2(const std::int32_t* const* rows, const int* first, int sources,
                                std::int32_t* out, int n) {
  if (sources == 1) merge<1>(rows, first, out, n);
  if (sources == 2) merge<2>(rows, first, out, n);
  if (sources == 4) merge<4>(rows, first, out, n);
}

// Where the disparity changes slowly, eight segments in a row cover eight targets in a row.
RLV_AVX2 void draw_avx2(const float* disparity, int first, int last, int width, std::int32_t* row) {
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto one = _mm256_set1_ps(1.0F);
  const auto half = _mm256_set1_ps(0.5F);
  const auto whole = _mm256_set1_epi32(kPositionOne);
  int x = first;
  for (; x + kLanes <= last; x += kLanes) {
    const auto d0 = _mm256_loadu_ps(disparity + x);
    const auto d1 = _mm256_loadu_ps(disparity + x + 1);
    const auto f0 = _mm256_floor_ps(d0);
    const auto f1 = _mm256_floor_ps(d1);
    const auto length =
        _mm256_max_ps(_mm256_sub_ps(one, _mm256_sub_ps(d1, d0)), _mm256_set1_ps(kShortestSegment));
    const auto per_target = _mm256_div_ps(_mm256_set1_ps(static_cast<float>(kPositionOne)), length);
    const auto along = _mm256_mul_ps(_mm256_sub_ps(d0, f0), per_target);
    const auto column = _mm256_add_epi32(_mm256_set1_epi32(x), lanes);
    const auto start = _mm256_slli_epi32(column, kPositionBits);
    const auto u = _mm256_min_epi32(_mm256_cvttps_epi32(_mm256_add_ps(along, half)), whole);
    const auto position = _mm256_add_epi32(start, u);
    const auto floor = _mm256_broadcastss_ps(_mm256_castps256_ps128(f0));
    const auto even =
        _mm256_and_ps(_mm256_cmp_ps(f0, floor, _CMP_EQ_OQ), _mm256_cmp_ps(f1, floor, _CMP_EQ_OQ));
    const std::int32_t target = x - _mm_cvttss_si32(_mm256_castps256_ps128(f0));
    if (_mm256_movemask_ps(even) == 255 && target >= 0 && target + kLanes <= width) {
      store(position, row + target);
      continue;
    }
    const auto v = _mm256_min_epi32(
        _mm256_cvttps_epi32(_mm256_add_ps(_mm256_add_ps(along, per_target), half)), whole);
    const auto shift = _mm256_cvttps_epi32(f0);
    alignas(32) std::int32_t targets[kLanes];
    alignas(32) std::int32_t counts[kLanes];
    alignas(32) std::int32_t positions[kLanes];
    alignas(32) std::int32_t positions_of_second[kLanes];
    store(_mm256_sub_epi32(column, shift), targets);
    store(_mm256_add_epi32(_mm256_sub_epi32(shift, _mm256_cvttps_epi32(f1)), _mm256_set1_epi32(1)),
          counts);
    store(position, positions);
    store(_mm256_add_epi32(start, v), positions_of_second);
    for (int i = 0; i < kLanes; ++i)
      draw_segment({targets[i], counts[i], positions[i], positions_of_second[i]}, width, row);
  }
  for (; x < last; ++x) draw_segment(segment(disparity[x], disparity[x + 1], x), width, row);
}

RLV_AVX2 void sample8_avx2(const std::uint8_t* const* rows, int components,
                           const std::int32_t* position, int max, std::uint8_t* const* out, int n) {
  sample(rows, components, position, max, out, n);
}

RLV_AVX2 void sample16_avx2(const std::uint16_t* const* rows, int components,
                            const std::int32_t* position, int max, std::uint16_t* const* out,
                            int n) {
  sample(rows, components, position, max, out, n);
}

}  // namespace relievo::stereo

#endif
