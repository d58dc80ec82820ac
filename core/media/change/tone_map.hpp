// What a depth network sees: display-referred sRGB of any film, by one stated tone map.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <relievo/plugin.h>

#include "core/media/change/colour_math.hpp"

namespace relievo::media {

// Three rows of R, G, B. Not aliased.
struct RgbRows {
  float* r;
  float* g;
  float* b;
};

// From R'G'B' code values of a film (0..1, full range) to those of sRGB.
//
// - BT.709, BT.601, BT.2020 and sRGB transfer (and gamma 2.2) count as display-referred: their code
//   values are shown as they are, as players on a desktop do. With BT.709's primaries nothing
//   changes at all.
// - Other primaries: to linear light by sRGB's curve, to BT.709's primaries, back. Greys stay.
// - PQ (ST 2084): code values are light on the display; HLG: scene light through the OOTF of
//   BT.2100-2 table 5 for a display of 1000 cd/m2 (gamma 1.2). 203 cd/m2, HDR Reference White of
//   ITU-R BT.2408-7, becomes SDR white. Light becomes code values by the inverse of BT.1886 (gamma
//   2.4), the display on which SDR's code values are graded and by which BT.2408 and libzimg bring
//   SDR into HDR: SDR inside an HDR film thus comes back to its own code values.
// - A colour outside BT.709 is desaturated, at constant luminance, until no component is negative.
// - Roll-off, on the largest component with the others in proportion (hue stays): x up to
//   kKnee = 0.92 of SDR white stays as it is; above, with t = (x - k) / (1 - k),
//   y = k + (1 - k) t (1 + t / p^2) / (1 + t), Reinhard's extended operator (Reinhard et al. 2002,
//   eq. 4), which has slope 1 at the knee and reaches 1 at 10000 cd/m2. SDR white itself comes to
//   0.96, 1.7 % less as a code value: the most that SDR inside an HDR film can change.
class ToneMap {
 public:
  static constexpr float kWhite = 203.0F;        // cd/m2
  static constexpr float kHlgPeak = 1000.0F;     // cd/m2
  static constexpr float kBrightest = 10000.0F;  // cd/m2
  static constexpr float kKnee = 0.92F;
  static constexpr float kSdrGamma = 2.4F;

  // colour: complete, see assumed_colour().
  explicit ToneMap(const rlv_colour& colour);

  // Code values pass unchanged; map() need not be called.
  [[nodiscard]] bool is_identity() const { return identity_; }
  // In place, count pixels. Any thread, any number at once.
  void map(const RgbRows& rows, std::int32_t count) const;

  // The roll-off alone, relative to SDR white.
  [[nodiscard]] static float roll_off(float x);

 private:
  enum class Kind { kSdr, kPq, kHlg };
  void apply_ootf(const RgbRows& rows, std::int32_t count) const;

  Kind kind_ = Kind::kSdr;
  bool identity_ = true;
  Matrix3 matrix_{};
  std::array<float, 3> hlg_weights_{};
  std::vector<float> decode_;  // code value to light
  std::vector<float> ootf_;    // fourth root of scene luminance to the OOTF's factor
  const std::vector<float>* encode_ = nullptr;  // square root of light to code value
};

}  // namespace relievo::media
