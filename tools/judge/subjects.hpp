// What depth is judged on: generated scenes, and recorded pictures with true depth.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/judge/verdict.hpp"

namespace relievo::judge {

// One shot, or one still.
struct Subject {
  std::string name;
  bool translates = false;  // the camera moves, so that there is parallax
  float floor = 0;          // disparity below which pixels are not judged
  int width = 0;
  int height = 0;
  std::vector<std::vector<std::uint8_t>> pictures;  // red, green, blue interleaved
  std::vector<Truth> truths;
};

// The shots of one generated scene, one subject each.
[[nodiscard]] std::vector<Subject> scene_subjects(const std::string& name, std::uint64_t seed,
                                                  int frames, int width = 640, int height = 360);

// rgbd/seq_* below the data folder: NNN pictures in color/ and depth/.
[[nodiscard]] Subject rgbd_sequence(const std::filesystem::path& folder);
// color_N and depth_N.png, each a still of its own.
[[nodiscard]] std::vector<Subject> rgbd_stills(const std::filesystem::path& folder, double scale);
// left.* with disp_left.png.
[[nodiscard]] Subject stereo_still(const std::filesystem::path& folder);

struct Outcome {
  std::vector<DepthMap> maps;
  Verdict verdict;
  double cpu_ms_per_frame = 0;
};
[[nodiscard]] Outcome judge(const DepthRunner& runner, const Subject& subject);

}  // namespace relievo::judge
