// Loops over short runs of cells: whole registers, and what lies behind the last cell does not
// matter or stays.
#include "plugins/stereo/kernels_avx2.hpp"

#ifdef RLV_STEREO_AVX2

#include <immintrin.h>

#include <initializer_list>

#include "plugins/stereo/avx2_target.hpp"

namespace relievo::stereo {
namespace {

constexpr int kLanes = 8;

// 1 for the cells whose part is not 0, else 0.
RLV_AVX2_BODY __m256 weights_of(const std::uint8_t* part) {
  const auto wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(part)));
  const auto takes_part = _mm256_cmpgt_epi32(wide, _mm256_setzero_si256());
  return _mm256_and_ps(_mm256_castsi256_ps(takes_part), _mm256_set1_ps(1.0F));
}

template <int kComponents>
RLV_AVX2_BODY void relax_run(float* const* planes, const CellRun& run, const float* share,
                             float step, int parity) {
  const auto rest = _mm256_set1_ps(1.0F - step);
  const auto lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto turn =
      _mm256_cmpeq_epi32(_mm256_and_si256(lanes, _mm256_set1_epi32(1)), _mm256_set1_epi32(parity));
  const int n = run.length;
  // A register is stored after the next one is read: reading across what was just written would
  // wait for it, and the other colour's cells are the same before and after.
  __m256 pending[kComponents];
  for (int i = 0; i < n; i += kLanes) {
    const auto part = _mm256_loadu_ps(share + run.own + i);
    const auto inside = _mm256_and_si256(turn, _mm256_cmpgt_epi32(_mm256_set1_epi32(n - i), lanes));
    const auto now = _mm256_and_ps(_mm256_cmp_ps(part, _mm256_setzero_ps(), _CMP_GT_OQ),
                                   _mm256_castsi256_ps(inside));
    for (int c = 0; c < kComponents; ++c) {
      float* const v = planes[c] + run.own + i;
      const auto own = _mm256_loadu_ps(v);
      const auto sum = _mm256_add_ps(_mm256_add_ps(_mm256_loadu_ps(v - 1), _mm256_loadu_ps(v + 1)),
                                     _mm256_add_ps(_mm256_loadu_ps(planes[c] + run.above + i),
                                                   _mm256_loadu_ps(planes[c] + run.below + i)));
      if (i > 0) _mm256_storeu_ps(v - kLanes, pending[c]);
      const auto next = _mm256_add_ps(_mm256_mul_ps(rest, own), _mm256_mul_ps(part, sum));
      pending[c] = _mm256_blendv_ps(own, next, now);
      if (i + kLanes >= n) _mm256_storeu_ps(v, pending[c]);
    }
  }
}

}  // namespace

RLV_AVX2 void neighbour_shares_avx2(const std::uint8_t* part, const std::uint8_t* above,
                                    const std::uint8_t* below, float step, float* share, int n) {
  for (int i = 0; i < n; i += kLanes) {
    const auto count =
        _mm256_add_ps(_mm256_add_ps(weights_of(part + i - 1), weights_of(part + i + 1)),
                      _mm256_add_ps(weights_of(above + i), weights_of(below + i)));
    const auto any = _mm256_cmp_ps(count, _mm256_setzero_ps(), _CMP_GT_OQ);
    _mm256_storeu_ps(share + i, _mm256_and_ps(any, _mm256_div_ps(_mm256_set1_ps(step), count)));
  }
}

RLV_AVX2 void relax_avx2(float* const* planes, int components, const CellRun& run,
                         const float* share, float step, int parity) {
  if (components == 1) relax_run<1>(planes, run, share, step, parity);
  if (components == 2) relax_run<2>(planes, run, share, step, parity);
  if (components == 3) relax_run<3>(planes, run, share, step, parity);
}

RLV_AVX2 void part_scales_avx2(const std::uint8_t* near, const std::uint8_t* far, float* left,
                               float* right, int n) {
  const auto three = _mm256_set1_ps(3.0F);
  const auto one = _mm256_set1_ps(1.0F);
  for (int i = 0; i < n; i += kLanes) {
    const auto here = _mm256_mul_ps(
        three, _mm256_add_ps(_mm256_mul_ps(three, weights_of(near + i)), weights_of(far + i)));
    for (const int side : {-1, 1}) {
      const auto beside = _mm256_add_ps(_mm256_mul_ps(three, weights_of(near + i + side)),
                                        weights_of(far + i + side));
      const auto sum = _mm256_add_ps(here, beside);
      const auto any = _mm256_cmp_ps(sum, _mm256_setzero_ps(), _CMP_GT_OQ);
      _mm256_storeu_ps((side < 0 ? left : right) + i, _mm256_and_ps(any, _mm256_div_ps(one, sum)));
    }
  }
}

RLV_AVX2 void interpolate_avx2(const float* near, const float* far, const float* left,
                               const float* right, float* out, int n) {
  const auto three = _mm256_set1_ps(3.0F);
  const auto nine = _mm256_set1_ps(9.0F);
  for (int i = 0; i < n; i += kLanes) {
    const auto middle = _mm256_add_ps(_mm256_mul_ps(nine, _mm256_loadu_ps(near + i)),
                                      _mm256_mul_ps(three, _mm256_loadu_ps(far + i)));
    const auto before = _mm256_add_ps(_mm256_mul_ps(three, _mm256_loadu_ps(near + i - 1)),
                                      _mm256_loadu_ps(far + i - 1));
    const auto after = _mm256_add_ps(_mm256_mul_ps(three, _mm256_loadu_ps(near + i + 1)),
                                     _mm256_loadu_ps(far + i + 1));
    const auto a = _mm256_mul_ps(_mm256_add_ps(middle, before), _mm256_loadu_ps(left + i));
    const auto b = _mm256_mul_ps(_mm256_add_ps(middle, after), _mm256_loadu_ps(right + i));
    const auto low = _mm256_unpacklo_ps(a, b);
    const auto high = _mm256_unpackhi_ps(a, b);
    _mm256_storeu_ps(out + 2 * i, _mm256_permute2f128_ps(low, high, 0x20));
    _mm256_storeu_ps(out + 2 * i + kLanes, _mm256_permute2f128_ps(low, high, 0x31));
  }
}

}  // namespace relievo::stereo

#endif
