#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "cues.hpp"

namespace relievo::motion_cues {

Cue focus_cue(const cv::Mat1b& luma) {
  const auto grid = detail::coarse_size(luma.size());
  cv::Mat1f picture, little, more;
  luma.convertTo(picture, CV_32F);
  cv::GaussianBlur(picture, little, {5, 5}, 1.0);
  cv::GaussianBlur(little, more, {11, 11}, 2.2);
  cv::Mat1f fine, middle, fine_energy, middle_energy;
  cv::resize(cv::Mat(cv::abs(picture - little)), fine, grid, 0, 0, cv::INTER_AREA);
  cv::resize(cv::Mat(cv::abs(little - more)), middle, grid, 0, 0, cv::INTER_AREA);
  // Spread over the flat parts, which have no sharpness of their own, by the weight of the edges.
  const double spread = std::max(1.0, 0.05 * grid.width);
  cv::GaussianBlur(fine, fine_energy, {0, 0}, spread);
  cv::GaussianBlur(middle, middle_energy, {0, 0}, spread);

  // A step seen sharply has a ratio above 0.5, one blurred by three pixels below 0.2.
  constexpr float kBlurred = 0.2F;
  constexpr float kSharp = 0.5F;
  constexpr float kNoise = 1.0F;  // grey steps; grain is not detail
  Cue cue{cv::Mat1f(grid), 0};
  double sum = 0, square = 0, total = 0;
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      const float detail = std::max(fine_energy(y, x) - 0.5F * kNoise, 0.0F);
      const float ratio = detail / (middle_energy(y, x) + kNoise);
      const float sharp = std::clamp((ratio - kBlurred) / (kSharp - kBlurred), 0.0F, 1.0F);
      cue.nearness(y, x) = sharp;
      const double w = middle(y, x);
      sum += w * sharp;
      square += w * sharp * sharp;
      total += w;
    }
  }
  if (total > 0) {
    const double mean = sum / total;
    const double deviation = std::sqrt(std::max(0.0, square / total - mean * mean));
    // Half sharp, half blurred has a deviation of 0.5; mere texture stays below 0.15.
    cue.strength = std::clamp((deviation - 0.15) / 0.35, 0.0, 1.0);
  }
  cv::resize(cue.nearness, cue.nearness, luma.size(), 0, 0, cv::INTER_LINEAR);
  return cue;
}

}  // namespace relievo::motion_cues
