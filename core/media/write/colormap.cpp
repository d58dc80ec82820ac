#include "core/media/write/colormap.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>

namespace relievo::media {

Colormap make_colormap(const std::string& name) {
  cv::Mat ramp(1, 256, CV_8U);
  for (int i = 0; i < 256; ++i) ramp.at<std::uint8_t>(i) = static_cast<std::uint8_t>(i);
  cv::Mat bgr;
  if (name == "grey") {
    cv::cvtColor(ramp, bgr, cv::COLOR_GRAY2BGR);
  } else if (name == "inferno") {
    cv::applyColorMap(ramp, bgr, cv::COLORMAP_INFERNO);
  } else if (name == "turbo") {
    cv::applyColorMap(ramp, bgr, cv::COLORMAP_TURBO);
  } else {
    fail(RLV_E_CONFIG, "there is no colour map '", name, "'; use grey, inferno or turbo");
  }
  Colormap map{};
  for (int i = 0; i < 256; ++i) {
    const auto& c = bgr.at<cv::Vec3b>(i);
    map.at(static_cast<std::size_t>(i)) = {c[2], c[1], c[0]};
  }
  return map;
}

}  // namespace relievo::media
