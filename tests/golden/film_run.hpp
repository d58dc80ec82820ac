// A film of the small Video Depth Anything, without the node around it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugins/common/state_dict.hpp"
#include "plugins/video_depth_anything/film.hpp"

namespace relievo::test {

struct FilmResult {
  at::Tensor depth;
  std::vector<std::string> warnings;
};

// The small network over frames [n, rows, columns, 3]; shot_of(i) is the shot of frame i. Size,
// network precision and device as options say; input size 70.
template <class AnyFilm>
FilmResult film_of(
    const nets::StateDict& state, const at::Tensor& frames,
    video_depth_anything::FilmOptions options,
    const std::function<std::int64_t(std::int64_t)>& shot_of = [](std::int64_t) { return 0; }) {
  using namespace video_depth_anything;
  const c10::InferenceMode guard;
  options.source = {frames.size(2), frames.size(1)};
  options.input_size = 70;
  std::vector<at::Tensor> depth;
  FilmResult result;
  FilmEvents events;
  events.depth = [&](const at::Tensor& map) {
    depth.push_back(map.clone());
  };
  events.progress = [](double) {
  };
  events.warn = [&](const std::string& line) {
    result.warnings.push_back(line);
  };
  AnyFilm film(
      options,
      [&](at::ScalarType type) {
        const NamedWeights weights(state, "the test's weights", options.device, type);
        return std::make_unique<DepthNetwork>(ModelConfig::named("small", true), weights);
      },
      events);
  for (std::int64_t i = 0; i < frames.size(0); ++i) film.push(frames.select(0, i), shot_of(i));
  film.finish();
  result.depth = at::stack(depth);
  return result;
}

}  // namespace relievo::test
