// Two views in one picture for red-cyan glasses.
#pragma once

#include <cstdint>
#include <span>

namespace relievo::media {

// left, right and out: as many sRGB pixels each, R G B of 8 bits. The projection with the least
// error in linear light that E. Dubois computed for red and cyan filters ("A projection method to
// generate anaglyph stereo images", ICASSP 2001): less ghosting and less rivalry than swapping
// channels.
void make_anaglyph(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                   std::span<std::uint8_t> out);

}  // namespace relievo::media
