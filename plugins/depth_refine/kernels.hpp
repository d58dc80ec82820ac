// The loops that nearly all the time goes into, for any processor and for AVX2. Both versions
// give the same bits: single precision, nothing fused, nothing reordered.
#pragma once

#include <cstddef>
#include <cstdint>

namespace relievo::depth_refine {

// Colours of n samples or pixels: luma and two colour differences.
template <class T>
struct Colours {
  const T* luma = nullptr;
  const T* first_chroma = nullptr;
  const T* second_chroma = nullptr;
};

// One neighbour of every pixel of a run, or the run itself a frame before.
struct Neighbour {
  const float* depth = nullptr;
  Colours<std::uint8_t> colours;
};

struct Run {
  const float* depth = nullptr;      // as decided
  const float* tolerance = nullptr;  // depths nearer together than that are one surface
  Colours<std::uint8_t> colours;
  const Neighbour* neighbours = nullptr;
  int neighbour_count = 0;
  Neighbour past;            // may have no depth
  float past_weight = 0.0F;  // of its vote; its depth is not taken over
  float sharpness = 0.0F;    // 1 / sigma^2 of colours
};

// Pixels of a run that are voted on at once.
inline constexpr int kBlock = 16;

inline constexpr int kMaxNeighbours = 16;

struct Kernels {
  const char* name;
  // density[p] += weight * likeness of sample's and pixel's colour, for all samples and the n
  // pixels (a multiple of 8): 1 / (1 + d^2 * sharpness)^2.
  void (*add_likeness)(const Colours<float>& samples, const float* weight, int count,
                       const Colours<float>& pixels, int n, float sharpness, float* density);
  // What the neighbours, by their likeness, and the past say of n <= kBlock pixels: out is the
  // pixel's own depth, or the mean of those neighbours that lie nearer, or farther, if these
  // outvote the rest.
  void (*vote)(const Run& run, float* out, int n);
  // Greatest less smallest of n values in each of `rows` rows that lie `stride` apart.
  float (*spread)(const float* values, std::ptrdiff_t stride, int rows, int n);
};

[[nodiscard]] const Kernels& kernels();
[[nodiscard]] const Kernels& portable_kernels();

}  // namespace relievo::depth_refine
