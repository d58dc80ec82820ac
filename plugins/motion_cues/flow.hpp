// Dense optical flow between two pictures, and how far it can be trusted.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

namespace relievo::motion_cues {

// Structure tensor of a picture, averaged over a small window: what the flow can hold on to.
// Squared grey steps per pixel.
struct Texture {
  cv::Mat1f xx;
  cv::Mat1f xy;
  cv::Mat1f yy;
};
[[nodiscard]] Texture measure_texture(const cv::Mat1b& luma);

// DIS (Kroeger et al., ECCV 2016). Not thread-safe; uses OpenCV's pool inside, and gives the same
// result with any number of threads.
class FlowEstimator {
 public:
  FlowEstimator();
  // Smallest side that flow can be found on; below it there is none.
  static constexpr int kSmallestSide = 48;

  // Pixels from each place of `from` to where it is in `to`. Coarse: patches on a quarter of the
  // size, for carrying things along. Fine: on half the size, for measuring.
  [[nodiscard]] cv::Mat2f coarse(const cv::Mat1b& from, const cv::Mat1b& to);
  [[nodiscard]] cv::Mat2f fine(const cv::Mat1b& from, const cv::Mat1b& to);

 private:
  cv::Ptr<cv::DISOpticalFlow> coarse_;
  cv::Ptr<cv::DISOpticalFlow> fine_;
};

// Mean absolute difference in grey steps between `from` and what the flow fetches from `to`, over a
// small window; large where something is uncovered.
[[nodiscard]] cv::Mat1f mismatch(const cv::Mat1b& from, const cv::Mat1b& to, const cv::Mat2f& flow);

}  // namespace relievo::motion_cues
