// Kernels for AVX2 whose loops a compiler does not find by itself; the others are in kernels.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "plugins/stereo/kernels.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(RLV_SANITIZED)
#define RLV_STEREO_AVX2 1

namespace relievo::stereo {

// See Kernels. To be called only where the processor has AVX2.
void draw_avx2(const float* disparity, int first, int last, int width, std::int32_t* row);
void sample8_avx2(const std::uint8_t* const* rows, int components, const std::int32_t* position,
                  int max, std::uint8_t* const* out, int n);
void sample16_avx2(const std::uint16_t* const* rows, int components, const std::int32_t* position,
                   int max, std::uint16_t* const* out, int n);
std::uint64_t hole_bits_avx2(const std::int32_t* position, int n);
void surface_bits_avx2(const std::int32_t* position, std::ptrdiff_t stride, int rows, int column,
                       std::int32_t displacement, unsigned* bits);
std::uint64_t bits_near_tears_avx2(const std::int32_t* position, const std::uint8_t* torn, int n);
void merge_chroma_avx2(const std::int32_t* const* rows, const int* first, int sources,
                       std::int32_t* out, int n);

// In fill_avx2.cpp.
void neighbour_shares_avx2(const std::uint8_t* part, const std::uint8_t* above,
                           const std::uint8_t* below, float step, float* share, int n);
void relax_avx2(float* const* planes, int components, const CellRun& run, const float* share,
                float step, int parity);
void part_scales_avx2(const std::uint8_t* near, const std::uint8_t* far, float* left, float* right,
                      int n);
void interpolate_avx2(const float* near, const float* far, const float* left, const float* right,
                      float* out, int n);

}  // namespace relievo::stereo

#endif
