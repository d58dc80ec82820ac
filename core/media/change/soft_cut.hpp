// Shots that pass into each other over many frames: dissolves, and fades through one colour.
#pragma once

#include <cstddef>

#include "core/media/change/cut_history.hpp"

namespace relievo::media {

// Whether frame i is the middle of a dissolve: the first that shows more of the new shot than of
// the old one. All frames between one before and one after it are close to linear blends of those
// two, with a share that grows evenly from 0 to 1 (the production model of Hampapur, Jain, Weymouth
// 1995, fitted by least squares on a coarse picture), and the two have nothing in common that
// motion would explain. A pan or a thing that passes is no blend of its ends; a change of light and
// a time lapse have ends of the same structure. Found as a whole up to 2 * look_ahead - 12 frames
// long.
[[nodiscard]] bool is_dissolve(const CutHistory& frames, std::size_t i);

// Whether a fade puts a new shot at frame i: the middle of the frames of one colour (black, as a
// rule) between a picture that pales into it and one that comes out of it; the first frame of a
// picture that is there at once; in a pause longer than look_ahead its start, and once more its
// end. In a fade contrast falls evenly to nothing while the picture keeps its structure (Lienhart
// 1999). A flash to white from which the same picture comes back is none.
[[nodiscard]] bool is_fade(const CutHistory& frames, std::size_t i);

// Whether frame i lies within the fading part of a fade.
[[nodiscard]] bool is_fading(const CutHistory& frames, std::size_t i);

}  // namespace relievo::media
