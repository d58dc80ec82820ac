#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "cues.hpp"

namespace relievo::motion_cues {

Cue haze_cue(const cv::Mat1b& darkest) {
  const auto grid = detail::coarse_size(darkest.size());
  cv::Mat1b small;
  cv::resize(darkest, small, grid, 0, 0, cv::INTER_AREA);
  cv::erode(small, small, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  std::vector<std::uint8_t> sorted(small.begin(), small.end());
  const auto place = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * 995 / 1000);
  std::nth_element(sorted.begin(), place, sorted.end());
  const double air = *place;
  Cue cue{cv::Mat1f(darkest.size(), 0.5F), 0};
  if (air < 64) return cue;  // a night scene has no veil of light

  cv::Mat1f clear;
  small.convertTo(clear, CV_32F, -0.95 / air, 1.0);
  clear = cv::max(clear, 0.05F);
  // Correlation with height: the veil must thin out downwards.
  double n = 0, sy = 0, st = 0, syy = 0, stt = 0, syt = 0;
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      const double t = clear(y, x);
      n += 1;
      sy += y;
      st += t;
      syy += double{1} * y * y;
      stt += t * t;
      syt += y * t;
    }
  }
  const double vy = syy / n - sy * sy / n / n;
  const double vt = stt / n - st * st / n / n;
  const double both = syt / n - sy * st / n / n;
  const double agreement = vy > 0 && vt > 1e-6 ? both / std::sqrt(vy * vt) : 0;
  // A room with a lamp or a white wall in its upper half agrees by two thirds.
  constexpr double kChance = 0.7;
  // A veil thins from nearly whole to nearly none, which deviates by 0.29; daylight in a room
  // hardly.
  constexpr double kRoomLight = 0.1;
  cue.strength = std::clamp((agreement - kChance) / (1 - kChance), 0.0, 1.0) *
                 std::clamp((std::sqrt(vt) - kRoomLight) / kRoomLight, 0.0, 1.0);
  cv::resize(clear, cue.nearness, darkest.size(), 0, 0, cv::INTER_LINEAR);
  return cue;
}

}  // namespace relievo::motion_cues
