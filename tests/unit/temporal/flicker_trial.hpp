// True depth with flicker put into it, through the filter, against the truth: what the bars of the
// stabiliser are measured with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "shot_filter.hpp"

namespace relievo::temporal::test {

// One shot. Maps of one size; inverse depth in 1/m.
struct Shot {
  std::vector<cv::Mat3b> pictures;  // red, green, blue
  std::vector<cv::Mat1f> truth;     // NaN where unknown
  // Pixels from this frame to the next, and where that point is visible in both; one fewer than
  // frames, or none at all if nobody knows.
  std::vector<cv::Mat2f> flow;
  std::vector<cv::Mat1b> seen;
  std::vector<cv::Mat1b> near_moving_edges;  // 255 within 3 px; empty if nothing moves
  double focal = 0;                          // pixels, 0 unknown
};

// A generated scene; names as in tools/scenes.
[[nodiscard]] Shot scene_shot(const std::string& name, std::uint64_t seed, cv::Size size,
                              int frames);

// Amplitudes of what is wrong with a frame's depth, anew in every frame.
struct Flicker {
  double scale = 0.1;   // uniform, to both sides
  double shift = 0.05;  // the same, of the mean inverse depth
  double noise = 0.03;  // of the inverse depth, standard deviation; a few waves across the picture
};
[[nodiscard]] std::vector<cv::Mat1f> with_flicker(const std::vector<cv::Mat1f>& truth,
                                                  const Flicker& flicker, std::uint64_t seed);

// What a filter gets of a generated shot: relative inverse depth with flicker, and grey pictures in
// the size that motion is looked for in; focal: pixels of those.
struct FlickeringFilm {
  std::vector<cv::Mat1f> maps;
  std::vector<cv::Mat1b> greys;
  double focal = 0;
};
[[nodiscard]] FlickeringFilm flickering_film(const std::string& scene, std::uint64_t seed,
                                             cv::Size size, int frames);

// Every map through the filter. focal is handed on if `with_focal`.
[[nodiscard]] std::vector<cv::Mat1f> filtered(const Shot& shot, const std::vector<cv::Mat1f>& maps,
                                              const FilterOptions& options, int look_ahead,
                                              bool with_focal = true);

// All after one scale and shift for the whole shot.
struct Figures {
  double flicker = 0;     // mean error of the change along the true flow, of the mean depth
  double error = 0;       // mean of |inverse depth - truth| / truth
  double edge_error = 0;  // the same near moving edges
  double slope = 0;       // of the median log depth, per frame
};
[[nodiscard]] Figures figures_of(const Shot& shot, const std::vector<cv::Mat1f>& maps);
// Slope of the median log depth of maps as they are: the truth's, or that of metric depth, whose
// shift nobody would change.
[[nodiscard]] double slope_of(const std::vector<cv::Mat1f>& maps);

}  // namespace relievo::temporal::test
