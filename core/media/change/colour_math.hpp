// The numbers behind colour descriptions: matrices, primaries, transfer functions.
#pragma once

#include <array>
#include <cstdint>

#include <relievo/plugin.h>

namespace relievo::media {

// Row-major.
using Matrix3 = std::array<std::array<float, 3>, 3>;

// From Y', Cb, Cr (luma 0..1, chroma -0.5..0.5) to R'G'B', by H.273's MatrixCoefficients; 12 and 13
// follow from the primaries. Codes without a linear rule (ICtCp and constant luminance) are taken
// as BT.2020's.
[[nodiscard]] Matrix3 ycbcr_to_rgb(const rlv_colour& colour);

// From linear light of the given ColourPrimaries to linear light of BT.709's. White stays white:
// whites other than D65 are scaled to it per channel.
[[nodiscard]] Matrix3 to_bt709(std::uint8_t primaries);

// Weights of R, G and B in luminance, for the given primaries.
[[nodiscard]] std::array<float, 3> luminance_weights(std::uint8_t primaries);

// IEC 61966-2-1, between 0..1 and 0..1.
[[nodiscard]] float srgb_encode(float linear);
[[nodiscard]] float srgb_decode(float code);
// SMPTE ST 2084 (H.273 code 16): code value 0..1 to cd/m2, up to 10000.
[[nodiscard]] float pq_decode(float code);
// ARIB STD-B67 (18): code value 0..1 to scene light 0..1.
[[nodiscard]] float hlg_decode(float code);

}  // namespace relievo::media
