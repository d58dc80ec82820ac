// The inner loops over a row, in versions for what the processor can do. All versions give the same
// bits: plain loops in single precision or integers, no fused multiply-add.
#pragma once

#include <cstddef>
#include <cstdint>

namespace relievo::stereo {

// Positions in a source row are fixed-point: source column << kPositionBits | fraction.
inline constexpr int kPositionBits = 14;
inline constexpr std::int32_t kPositionOne = 1 << kPositionBits;
// No source: the target is a hole. Far below every position, with room to subtract from; all its
// bytes are the same, so that rows of holes are set as bytes are.
inline constexpr int kHoleByte = 0xC0;
inline constexpr auto kHole = static_cast<std::int32_t>(0x01010101U * kHoleByte);
// Wider pictures do not fit into a position.
inline constexpr int kMaxWidth = 1 << 15;

// How far neighbours of a row may differ in disparity (px) and still be one surface, without a tear
// between.
inline constexpr float kTear = 1.0F;

// Padding that a source row needs on both sides for the cubic kernel, and for reading a hole's.
inline constexpr int kRowPadding = 4;

// What loops over short runs of cells may read, and write back unchanged, behind the last.
inline constexpr int kRunPadding = 8;

// Whether what is seen at a column belongs to a surface with this displacement (position - column).
// A hole's position is far below any other, and so is its displacement.
[[nodiscard]] inline bool is_of_surface(std::int32_t position, int column,
                                        std::int32_t displacement) {
  const std::int32_t difference = position - (column << kPositionBits) - displacement;
  return difference >= -kPositionOne && difference <= kPositionOne;
}

// One value of depth to pixels of parallax: clamp(scale * inverse + shift, low, high) * gain +
// offset, or `otherwise` for what is no depth (not finite; metres not above 0).
struct DepthMapping {
  float scale = 1.0F;
  float shift = 0.0F;
  float low = 0.0F;
  float high = 1.0F;
  float gain = 1.0F;
  float offset = 0.0F;
  float otherwise = 0.0F;
};

// Cells of row y from column begin on that lack a value, and where they and their neighbours above
// and below are in a plane; those on the left and right are beside them.
struct CellRun {
  std::int32_t y;
  std::int32_t begin;
  std::int32_t length;
  std::size_t own;
  std::size_t above;
  std::size_t below;
};

struct Kernels {
  const char* name;

  // out[i] = (1 - t) * a[i] + t * b[i]
  void (*blend)(const float* a, const float* b, float t, float* out, int n);
  // out[i] = (1 - weight[i]) * in[index[i]] + weight[i] * in[index[i] + 1]
  void (*resample)(const float* in, const std::int32_t* index, const float* weight, float* out,
                   int n);
  void (*map_inverse)(const float* depth, const DepthMapping& mapping, float* out, int n);
  void (*map_metres)(const float* depth, const DepthMapping& mapping, float* out, int n);
  // out[n - 1 - i] = in[i], and the same for 8 and 16 bits.
  void (*flip)(const float* in, float* out, int n);
  void (*flip8)(const std::uint8_t* in, std::uint8_t* out, int n);
  void (*flip16)(const std::uint16_t* in, std::uint16_t* out, int n);
  // Interleaved components to rows of their own, and back: 2 or 3 of them, 8 or 16 bits.
  void (*split8)(const std::uint8_t* in, std::uint8_t* const* out, int components, int n);
  void (*split16)(const std::uint16_t* in, std::uint16_t* const* out, int components, int n);
  void (*join8)(const std::uint8_t* const* in, std::uint8_t* out, int components, int n);
  void (*join16)(const std::uint16_t* const* in, std::uint16_t* out, int components, int n);

  // torn[x] = 1 where disparity[x] and disparity[x + 1] belong to different surfaces, for the n - 1
  // pairs; true if any.
  bool (*find_tears)(const float* disparity, std::uint8_t* torn, int n);
  // Writes the source positions of the surface from column first to last to those targets 0 ..
  // width - 1 that its segments cover.
  void (*draw)(const float* disparity, int first, int last, int width, std::int32_t* row);
  // Rows of `components` (1 to 3) components at n positions of each, by Catmull and Rom's cubic:
  // out[c][i] = round(clamp(sum of weight * sample, 0, max)). Rows must be padded by kRowPadding;
  // out may not overlap them. Holes get arbitrary samples.
  void (*sample8)(const std::uint8_t* const* rows, int components, const std::int32_t* position,
                  int max, std::uint8_t* const* out, int n);
  void (*sample16)(const std::uint16_t* const* rows, int components, const std::int32_t* position,
                   int max, std::uint16_t* const* out, int n);
  // Which of n <= 64 positions are holes, the first in the lowest bit.
  std::uint64_t (*hole_bits)(const std::int32_t* position, int n);
  // For each of some rows, `stride` apart: which of the eight positions from `column` on are those
  // of a surface with this displacement, to within one column.
  void (*surface_bits)(const std::int32_t* position, std::ptrdiff_t stride, int rows, int column,
                       std::int32_t displacement, unsigned* bits);
  // Which of n <= 64 positions lie between two columns, i and i + 1, and are no holes, where any of
  // torn[i], torn[i + 1] and torn[i + 2] is not 0. Reads up to kRunPadding behind those.
  std::uint64_t (*bits_near_tears)(const std::int32_t* position, const std::uint8_t* torn, int n);
  // Chroma target k lies at the luma targets first[s] + 2 * k of rows[s], s < sources <= 4. Its
  // displacement is half the mean of those that belong to the nearest surface there; a hole where
  // all are. Positions are clamped to the n columns.
  void (*merge_chroma)(const std::int32_t* const* rows, const int* first, int sources,
                       std::int32_t* out, int n);

  // The four that follow read up to kRunPadding behind the last of n, and but for relax() may write
  // numbers of no meaning there; relax() may write what is there.
  //
  // For n cells in a row: share[i] = step / number of the four neighbours that take part, whose
  // part is not 0; 0 if none does. The neighbours on the left and right are beside part[i].
  void (*neighbour_shares)(const std::uint8_t* part, const std::uint8_t* above,
                           const std::uint8_t* below, float step, float* share, int n);
  // For the cells of a run whose index is odd (parity 1) or even (0) and whose share is not 0, in
  // each of `components` (1 to 3) planes: v = (1 - step) * v + share * sum of the four neighbours.
  void (*relax)(float* const* planes, int components, const CellRun& run, const float* share,
                float step, int parity);
  // For n cells of a coarse row and the next coarse row: one over the sum of the weights (9, 3, 3,
  // 1 of those whose part is not 0) at the fine cells in the left and in the right half of each.
  void (*part_scales)(const std::uint8_t* near, const std::uint8_t* far, float* left, float* right,
                      int n);
  // The fine cells themselves: out[2 * i] and out[2 * i + 1].
  void (*interpolate)(const float* near, const float* far, const float* left, const float* right,
                      float* out, int n);
};

// The fastest version that this processor runs.
[[nodiscard]] const Kernels& kernels();
// The version for any processor.
[[nodiscard]] const Kernels& portable_kernels();

}  // namespace relievo::stereo
