// Where each place of a picture was in the one before, and how far that can be trusted.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

namespace relievo::temporal {

struct Track {
  cv::Mat2f flow;   // pixels from the picture to the one before
  cv::Mat1f trust;  // 0 to 1: forward and backward flow agree, and so do the grey values
};

// The size of the pictures that motion is looked for in, for depth maps of the given size: at most
// half, and no more than some 40,000 pixels.
[[nodiscard]] cv::Size working_size(cv::Size map);

// DIS (Kroeger et al., ECCV 2016). Pictures of one size. Below 48 pixels a side nothing moves.
class Tracker {
 public:
  Tracker() : dis_(cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST)) {}
  [[nodiscard]] Track track(const cv::Mat1b& now, const cv::Mat1b& before);

 private:
  cv::Ptr<cv::DISOpticalFlow> dis_;
};

// Map at the places that the flow points to; any number of channels.
[[nodiscard]] cv::Mat fetched(const cv::Mat& map, const cv::Mat2f& flow);

}  // namespace relievo::temporal
