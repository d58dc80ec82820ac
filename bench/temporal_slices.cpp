// A picture of what temporal.stabilise does: one column of pixels of generated scenes over time, as
// true depth, with injected flicker, and filtered.
//
//   temporal_slices OUT.ppm
//
// Inverse depth, near is bright, one scale for a scene; colours: inferno. docs/images/
// temporal_slices.png is its output.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/unit/temporal/flicker_trial.hpp"

namespace {

using namespace relievo::temporal;

constexpr int kFrames = 110;
constexpr int kFrameWidth = 4;  // pixels of the picture
constexpr int kLabel = 22;
const cv::Size kSize(320, 180);

// The middle column of every map, side by side.
cv::Mat slice(const std::vector<cv::Mat1f>& maps, float nearest, const std::string& label) {
  cv::Mat1b grey(kSize.height, static_cast<int>(maps.size()));
  for (int i = 0; i < grey.cols; ++i)
    for (int y = 0; y < grey.rows; ++y)
      grey(y, i) = cv::saturate_cast<uchar>(
          255 * maps[static_cast<std::size_t>(i)](y, kSize.width / 2) / nearest);
  cv::Mat wide, colours;
  cv::resize(grey, wide, {}, kFrameWidth, 1, cv::INTER_NEAREST);
  cv::applyColorMap(wide, colours, cv::COLORMAP_INFERNO);
  cv::Mat labelled;
  cv::copyMakeBorder(colours, labelled, kLabel, 0, 0, 0, cv::BORDER_CONSTANT, {255, 255, 255});
  cv::putText(labelled, label, {2, kLabel - 7}, cv::FONT_HERSHEY_SIMPLEX, 0.5, {40, 40, 40}, 1,
              cv::LINE_AA);
  return labelled;
}

cv::Mat scene(const std::string& name, std::uint64_t seed) {
  const auto shot = test::scene_shot(name, seed, kSize, kFrames);
  const auto maps = test::with_flicker(shot.truth, {}, seed + 50);
  const auto steady = test::filtered(shot, maps, {}, 8);
  double nearest = 0;
  for (const auto& map : shot.truth) {
    double most = 0;
    cv::minMaxLoc(map.col(kSize.width / 2), nullptr, &most);
    nearest = std::max(nearest, most);
  }
  const auto scale = static_cast<float>(1.1 * nearest);
  const std::array<cv::Mat, 3> parts{slice(shot.truth, scale, name + ": true depth"),
                                     slice(maps, scale, "flicker injected"),
                                     slice(steady, scale, "after temporal.stabilise")};
  cv::Mat all;
  cv::vconcat(parts.data(), parts.size(), all);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: temporal_slices OUT.ppm\n";
    return 2;
  }
  cv::Mat both;
  const cv::Mat walkers = scene("walkers", 931), dolly = scene("dolly", 931);
  cv::Mat gap(walkers.rows, 8, walkers.type(), cv::Scalar::all(255));
  cv::hconcat(std::vector<cv::Mat>{walkers, gap, dolly}, both);
  cv::cvtColor(both, both, cv::COLOR_BGR2RGB);
  std::ofstream out(argv[1], std::ios::binary);
  out << "P6\n" << both.cols << " " << both.rows << "\n255\n";
  out.write(reinterpret_cast<const char*>(both.data),
            static_cast<std::streamsize>(both.total() * 3));
  if (!out.flush()) {
    std::cerr << "temporal_slices: error: " << argv[1] << " cannot be written\n";
    return 1;
  }
}
