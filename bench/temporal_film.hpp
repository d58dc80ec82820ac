// What the benches of temporal.stabilise filter: a generated shot with flicker in its depth.
#pragma once

#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "plugins/common/tracking/tracker.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"

namespace relievo::bench {

struct TemporalFilm {
  std::vector<cv::Mat1f> maps;   // relative inverse depth
  std::vector<cv::Mat1b> greys;  // in the size that motion is looked for in
  double focal;                  // in pixels of those
};

inline TemporalFilm temporal_film(cv::Size size) {
  constexpr int kFrames = 12;
  const auto shot = temporal::test::scene_shot("walkers", 951, size, kFrames);
  const auto small = tracking::working_size(size);
  TemporalFilm film{
      temporal::test::with_flicker(shot.truth, {}, 952), {}, shot.focal * small.width / size.width};
  for (const auto& picture : shot.pictures) {
    cv::Mat grey;
    cv::cvtColor(picture, grey, cv::COLOR_RGB2GRAY);
    cv::resize(grey, grey, small, 0, 0, cv::INTER_AREA);
    film.greys.emplace_back(grey);
  }
  return film;
}

}  // namespace relievo::bench
