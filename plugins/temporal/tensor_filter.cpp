#include "tensor_filter.hpp"

#include "plugins/common/transfer.hpp"

namespace relievo::temporal {
namespace {

// parts: [parts, 6] on the CPU.
Moments sum_of(const at::Tensor& parts) {
  const auto doubles = parts.to(at::kDouble);
  const auto* of = doubles.const_data_ptr<double>();
  Moments sum;
  for (std::int64_t i = 0; i < doubles.size(0); ++i, of += 6)
    sum.add({of[0], of[1], of[2], of[3], of[4], of[5]});
  return sum;
}

}  // namespace

at::Tensor TensorFilter::changed(const at::Tensor& map, const Alignment& change) {
  return map.mul(change.scale).add_(change.shift);
}

void TensorFilter::begin(const at::Tensor& map, const cv::Mat1b& grey) {
  predictor_.begin(grey);
  const cv::Size size(static_cast<int>(map.size(1)), static_cast<int>(map.size(0)));
  reduced_ = AreaMean(size, grey.size(), device_);
  blend_ = TensorBlend(size, device_);
  track_ = nets::host_memory({grey.rows, grey.cols, 4}, at::kFloat, device_);
  predictor_.write_tracks_to(
      cv::Mat4f(grey.rows, grey.cols, reinterpret_cast<cv::Vec4f*>(track_.data_ptr<float>())));
  past_ = map;
}

Prediction TensorFilter::predict(const at::Tensor& map, const cv::Mat1b& grey, double focal) {
  // On their way while the CPU looks at the picture.
  const auto small = nets::start_to_host(reduced_(map, past_));
  nets::Moment here;
  here.mark(device_);
  predictor_.see(grey, team_);
  here.wait();
  const auto small_map = [&](std::int64_t i) {
    return cv::Mat1f(grey.rows, grey.cols, small.select(0, i).data_ptr<float>());
  };
  const cv::Size full(static_cast<int>(map.size(1)), static_cast<int>(map.size(0)));
  return predictor_.next(small_map(0), small_map(1), full, focal, team_);
}

at::Tensor TensorFilter::next(const at::Tensor& map, const cv::Mat1b& grey, double focal) {
  fit_ = {};
  if (!past_.defined() || past_.sizes() != map.sizes() || !predictor_.has_past_of(grey.size())) {
    begin(map, grey);
    return map;
  }
  const auto prediction = predict(map, grey, focal);
  const auto track = nets::start_to_device(track_, device_);
  const auto blended =
      blend_(map, prediction.fit, past_, track, prediction.change, prediction.blending);
  nets::wait_for(device_);
  past_ = changed(blended.map, predictor_.correction(sum_of(blended.drift)));
  fit_ = prediction.fit;
  return past_;
}

void TensorFilter::change_units(const Alignment& change) {
  if (!past_.defined()) return;
  past_ = changed(past_, change);
  predictor_.rescale(change.scale);
}

}  // namespace relievo::temporal
