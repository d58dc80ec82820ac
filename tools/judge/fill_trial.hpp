// What stereo.view puts into holes, against true right views of generated scenes: how near it
// comes, and how steady it is.
#pragma once

#include <cstdint>
#include <string>

#include "tools/scenes/scene.hpp"

namespace relievo::judge {

// Over all frames of one scene and all pixels of the right view that something hides in the left
// one. What lies beyond the left picture's border does not count.
struct FillFigures {
  double holes = 0.0;        // share of the view, percent
  double psnr = 0.0;         // dB in holes
  double change = 0.0;       // mean difference along the true motion from a hole to the next frame
  double true_change = 0.0;  // the same in the true view
};

// params: JSON over stereo.view's defaults. The depth is the true one, as disparity; the left eye
// keeps its picture. save: a folder for pictures of one frame (left, true, made), or empty.
[[nodiscard]] FillFigures fill_figures(const scenes::Scene& scene, const std::string& params,
                                       const std::string& save = {});

}  // namespace relievo::judge
