// What stereo.view puts into holes, against true right views of generated scenes: how near it
// comes, and how steady it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/unit/stereo/view_run.hpp"
#include "tools/scenes/render.hpp"
#include "tools/scenes/scene.hpp"

namespace relievo::judge {

// Over all frames of one scene and all pixels of the right view that something hides in the left
// one. What lies beyond the left picture's border does not count.
struct FillFigures {
  double psnr = 0.0;         // dB in holes
  double shown_psnr = 0.0;   // dB in what other frames show
  double rest_psnr = 0.0;    // dB in what none shows
  double change = 0.0;       // mean difference along the true motion from a hole to the next frame
  double true_change = 0.0;  // the same in the true view
};

// A scene of one shot with its truth.
class FillTrial {
 public:
  // reach: frames before and after that may show what is hidden.
  FillTrial(scenes::Scene scene, int reach);

  // What stereo.view makes of it. params: JSON over its defaults. The depth is the true one, as
  // disparity, or with depth_width above 0 its mean over the samples of a map so wide; the left eye
  // keeps its picture. save: a folder for pictures of one frame (left, true, made, holes: white
  // what other frames show, grey what none shows), or empty.
  [[nodiscard]] FillFigures figures(const std::string& params, int depth_width = 0,
                                    const std::string& save = {}) const;
  // Holes' share of the view, and that of theirs which other frames show, percent.
  [[nodiscard]] double holes() const;
  [[nodiscard]] double shown() const;
  // dB where the frames that show holes give what they show there, at the true places.
  [[nodiscard]] double shown_bound() const;

 private:
  struct Moment {
    scenes::RenderedFrame left;
    scenes::RenderedFrame right;      // as `left`, with flow
    std::vector<std::uint8_t> holes;  // 1: hidden; 2: and shown by another frame
  };
  using Pictures = std::vector<std::vector<std::uint8_t>>;
  [[nodiscard]] Pictures views(const std::string& params, int depth_width) const;
  [[nodiscard]] test::DepthMap depth_map(const Moment& moment, int depth_width) const;

  scenes::Scene scene_;
  std::vector<Moment> moments_;
  double hidden_ = 0.0;  // pixels
  double shown_ = 0.0;
  double shown_squares_ = 0.0;
};

}  // namespace relievo::judge
