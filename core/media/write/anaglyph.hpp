// Two views in one picture for red-cyan glasses: the left eye looks through red.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace relievo::media {

enum class AnaglyphKind {
  // The projection with the least error in linear light that E. Dubois computed for red and cyan
  // filters ("A projection method to generate anaglyph stereo images", ICASSP 2001).
  kDubois,
  // Red: brightness of the left view; green and blue: those of the right one.
  kHalfColour,
  // Red: brightness of the left view; green and blue: brightness of the right one.
  kGrey
};

// From the name that the manifest lists; throws RLV_E_CONFIG.
[[nodiscard]] AnaglyphKind anaglyph_from_name(const std::string& name);

// Not changed by mixing: any thread.
class AnaglyphMixer {
 public:
  // bits: of each sample, 8 or 16. linear: samples are sRGB and Dubois' projection goes by their
  // light; otherwise it is applied to the values as they are (HDR, whose curves have no table
  // here).
  AnaglyphMixer(AnaglyphKind kind, int bits, bool linear);

  // left, right and out: as many pixels each, R G B, of the bits given above.
  void mix(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
           std::span<std::uint8_t> out) const;
  void mix(std::span<const std::uint16_t> left, std::span<const std::uint16_t> right,
           std::span<std::uint16_t> out) const;

 private:
  template <class T>
  void mix_samples(std::span<const T> left, std::span<const T> right, std::span<T> out) const;

  using Matrix = std::array<std::array<float, 3>, 3>;
  Matrix left_{};
  Matrix right_{};
  std::vector<float> light_;           // of a sample, 0 to 1
  std::vector<std::uint16_t> sample_;  // of a light, evenly spaced from 0 to 1
};

// Dubois' of sRGB pixels of 8 bits.
void make_anaglyph(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                   std::span<std::uint8_t> out);

}  // namespace relievo::media
