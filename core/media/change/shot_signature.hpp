// A picture boiled down to what tells one shot from another: a small luma image and a histogram of
// colours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <relievo/sdk/frame.hpp>

namespace relievo::media {

struct ShotSignature {
  // The whole picture, whatever its shape, on a grid of means; 0 to 255 for black to white.
  static constexpr int kWidth = 64;
  static constexpr int kHeight = 40;
  // Blocks in which structure is compared.
  static constexpr int kBlock = 8;
  // Luma in 8 steps, Cb and Cr in 6 each.
  static constexpr int kBins = 8 * 6 * 6;

  std::array<std::int16_t, kWidth * kHeight> luma{};
  // Shares of the picture, summing up to 1; neighbouring bins share what lies between them.
  std::array<float, kBins> histogram{};
  float texture = 0.0F;   // mean over pixels of |luma - its block's mean|
  float mean = 0.0F;      // of luma
  float contrast = 0.0F;  // standard deviation of luma

  // Luma and, twice as strong, chroma on coarse grids, around 128: what two pictures blend in.
  static constexpr std::size_t kBlendLuma = 16 * 10;
  static constexpr std::size_t kBlend = kBlendLuma + 2 * 8 * 5;
  std::array<float, kBlend> blend{};
  // Mean of the block whose corner is at each position of luma.
  std::array<std::int16_t, kWidth * kHeight> means{};
};

// Any colour frame in CPU memory; throws RLV_E_UNSUPPORTED for others. Code values as they are: PQ
// and HLG are even in perception, as video's gamma is.
[[nodiscard]] ShotSignature shot_signature(const Frame& frame);

// How much of the structure of two pictures neither explains in the other: each block is looked for
// in the other picture at shifts of up to reach.x and reach.y grid pixels, without regard to its
// brightness, so that pans and flashes cost little. In levels of 255, mean over both pictures:
// about 0 for the same picture, about the sum of both textures for two that have nothing in common.
struct Reach {
  int x;
  int y;
};
inline constexpr Reach kNear{7, 5};
inline constexpr Reach kFar{24, 12};  // a whip pan, or a bump of the camera
[[nodiscard]] float structure_left(const ShotSignature& a, const ShotSignature& b,
                                   const Reach& reach = kNear);
// The same of each block: those of b, each predicted from a, then those of a from b.
using BlockChange = std::array<float, 2 * (ShotSignature::kWidth / ShotSignature::kBlock) *
                                          (ShotSignature::kHeight / ShotSignature::kBlock)>;
[[nodiscard]] BlockChange block_change(const ShotSignature& a, const ShotSignature& b,
                                       const Reach& reach = kNear);
// Inner product of the blend vectors.
[[nodiscard]] float blend_product(const ShotSignature& a, const ShotSignature& b);
// Share of the picture whose colours are others: 0 to 1.
[[nodiscard]] float colour_distance(const ShotSignature& a, const ShotSignature& b);

}  // namespace relievo::media
