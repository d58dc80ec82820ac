// At which depth a viewer will look: what lies in the middle of the picture and is sharp there, at
// the depth that most of it shares. No recognition; a guess that is steady and easy to follow.
#pragma once

#include <cstdint>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/plane.hpp>

namespace relievo {

// Inverse depth (as inverse_depth() gives it) of the subject of one frame. colour: 8 to 16 bits,
// planar or interleaved, of which the first component counts (luma, red, grey); other pictures
// count as sharp everywhere. depth: of any size. The picture is cut into 48 x 27 cells; each votes
// for its depth with a weight that falls off from the centre and grows with the cell's sharpness
// against the picture's mean. The fullest depth of the histogram, and what is near it, is the
// answer. [any]
[[nodiscard]] float subject_inverse_depth(const Frame& colour, const Plane<const float>& depth,
                                          std::uint32_t semantic);

}  // namespace relievo
