#include "flow.hpp"

#include <opencv2/imgproc.hpp>

#include "plugins/common/tracking/tracker.hpp"

namespace relievo::motion_cues {
Texture measure_texture(const cv::Mat1b& luma) {
  cv::Mat1f dx, dy;
  cv::Sobel(luma, dx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(luma, dy, CV_32F, 0, 1, 3, 1.0 / 8);
  Texture texture;
  constexpr int kWindow = 7;
  const auto average = [](const cv::Mat& product, cv::Mat1f& out) {
    cv::boxFilter(product, out, CV_32F, {kWindow, kWindow});
  };
  average(dx.mul(dx), texture.xx);
  average(dx.mul(dy), texture.xy);
  average(dy.mul(dy), texture.yy);
  return texture;
}

FlowEstimator::FlowEstimator()
    : coarse_(cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST)),
      fine_(cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST)) {
  fine_->setFinestScale(1);
  fine_->setGradientDescentIterations(12);
  fine_->setVariationalRefinementIterations(2);
}

cv::Mat2f FlowEstimator::coarse(const cv::Mat1b& from, const cv::Mat1b& to) {
  cv::Mat2f flow;
  coarse_->calc(from, to, flow);
  return flow;
}

cv::Mat2f FlowEstimator::fine(const cv::Mat1b& from, const cv::Mat1b& to) {
  cv::Mat2f flow;
  fine_->calc(from, to, flow);
  return flow;
}

cv::Mat1f mismatch(const cv::Mat1b& from, const cv::Mat1b& to, const cv::Mat2f& flow) {
  cv::Mat difference;
  cv::absdiff(from, tracking::fetched(to, flow), difference);
  cv::Mat1f result;
  cv::boxFilter(difference, result, CV_32F, {5, 5});
  return result;
}

}  // namespace relievo::motion_cues
