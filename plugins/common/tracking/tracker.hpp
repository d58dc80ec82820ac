// Where each place of a picture was in another one of the same shot, and how far that can be
// trusted.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

namespace relievo::tracking {

struct Track {
  cv::Mat2f flow;   // pixels from the picture to the other
  cv::Mat1f trust;  // 0 to 1: forward and backward flow agree, and so do the grey values
};

// A size that motion can be looked for in: at most this share of both sides, and no more than about
// so many pixels.
[[nodiscard]] cv::Size working_size(cv::Size full, double most_pixels = 40'000,
                                    double most_share = 0.5);

// DIS (Kroeger et al., ECCV 2016). Pictures of one size. Below 48 pixels a side nothing moves. One
// thread calls.
class Tracker {
 public:
  Tracker();

  [[nodiscard]] Track track(const cv::Mat1b& now, const cv::Mat1b& other);
  // Both ways for the work of one: from `now` to `other`, and back.
  struct Both {
    Track there;
    Track back;
  };
  [[nodiscard]] Both track_both(const cv::Mat1b& now, const cv::Mat1b& other);

 private:
  cv::Ptr<cv::DISOpticalFlow> dis_;
};

// Map at the places that the flow points to, bilinear, the border repeated; any number of channels.
[[nodiscard]] cv::Mat fetched(const cv::Mat& map, const cv::Mat2f& flow);

}  // namespace relievo::tracking
