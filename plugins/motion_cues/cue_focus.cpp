#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "cues.hpp"

namespace relievo::motion_cues {
namespace {

// Energy of detail near clear edges, on the coarse grid, spread a little sideways.
struct Energies {
  cv::Mat1f fine;    // finer than one pixel's blur
  cv::Mat1f middle;  // between that and 2.4 pixels
};

Energies edge_energies(const cv::Mat1b& luma, cv::Size grid) {
  cv::Mat1f picture, little, more;
  luma.convertTo(picture, CV_32F);
  cv::GaussianBlur(picture, little, {5, 5}, 1.0);
  cv::GaussianBlur(little, more, {11, 11}, 2.2);
  cv::Mat1f fine = cv::abs(picture - little);
  cv::Mat1f middle = cv::abs(little - more);
  // Soft shading has no sharpness of its own and would pass for blur: edges only.
  constexpr float kClear = 4;  // grey steps
  cv::Mat1b flat = middle < kClear;
  cv::erode(flat, flat, cv::getStructuringElement(cv::MORPH_RECT, {5, 5}));
  fine.setTo(0, flat);
  middle.setTo(0, flat);
  Energies result;
  cv::resize(fine, result.fine, grid, 0, 0, cv::INTER_AREA);
  cv::resize(middle, result.middle, grid, 0, 0, cv::INTER_AREA);
  const double spread = std::max(1.0, 0.04 * grid.width);
  cv::GaussianBlur(result.fine, result.fine, {0, 0}, spread);
  cv::GaussianBlur(result.middle, result.middle, {0, 0}, spread);
  return result;
}

}  // namespace

Cue focus_cue(const cv::Mat1b& luma) {
  const auto grid = detail::coarse_size(luma.size());
  const auto energy = edge_energies(luma, grid);
  // A step blurred by s has a ratio of ln(1 + 1 / s^2) to ln((s^2 + 5.84) / (s^2 + 1)):
  // 0.27 at three pixels, 0.56 at one.
  constexpr float kBlurred = 0.27F;
  constexpr float kSharp = 0.56F;
  Cue cue{cv::Mat1f(grid), 0};
  double sum = 0, square = 0, total = 0;
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      const float w = energy.middle(y, x);
      const float ratio = w > 0 ? energy.fine(y, x) / w : kSharp;
      const float sharp = std::clamp((ratio - kBlurred) / (kSharp - kBlurred), 0.0F, 1.0F);
      cue.nearness(y, x) = sharp;
      sum += w * sharp;
      square += w * sharp * sharp;
      total += w;
    }
  }
  if (total > 0) {
    const double mean = sum / total;
    const double deviation = std::sqrt(std::max(0.0, square / total - mean * mean));
    // Half sharp, half blurred has a deviation of 0.5.
    constexpr double kTextureAlone = 0.2;
    cue.strength = std::clamp((deviation - kTextureAlone) / (0.5 - kTextureAlone), 0.0, 1.0);
    // Where there are no edges nothing is known: the mean.
    constexpr float kLittle = 0.2F;  // grey steps
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        const float w = energy.middle(y, x);
        auto& value = cue.nearness(y, x);
        value = (w * value + kLittle * static_cast<float>(mean)) / (w + kLittle);
      }
    }
  }
  cv::resize(cue.nearness, cue.nearness, luma.size(), 0, 0, cv::INTER_LINEAR);
  return cue;
}

}  // namespace relievo::motion_cues
