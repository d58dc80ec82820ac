// Hard cuts: a picture that has nothing to do with the one before.
#pragma once

#include <cstddef>

#include "core/media/change/cut_history.hpp"

namespace relievo::media {

// Whether a new shot begins with frame i, which must be the next to be decided. sensitivity: above
// 1 believes weaker changes.
//
// A cut is a change of structure (or, in flat pictures, of colour) that stands out against the
// frames before and after it and does not come back: a pan changes many frames alike, a dissolve
// and a fade change them little by little, a flash returns to what was before. In the manner of
// twin-comparison and adaptive-threshold detectors (Zhang, Kankanhalli, Smoliar 1993; Yeo, Liu
// 1995), on block-matched structure instead of pixel differences. A cut from one moment of a scene
// to another of the same changes little in all, but many of the blocks at once (Kasturi, Jain 1991
// count blocks as well): each block is held against its own change in the frames around.
[[nodiscard]] bool is_hard_cut(CutHistory& frames, std::size_t i, double sensitivity);

}  // namespace relievo::media
