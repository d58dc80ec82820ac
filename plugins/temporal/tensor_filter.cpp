#include "tensor_filter.hpp"

#include <ATen/ops/arange.h>

#include "plugins/common/transfer.hpp"
#include "tensor_blend.hpp"

namespace relievo::temporal {
namespace {

at::Tensor channels_of(const cv::Mat4f& track) {
  // Nobody writes to it, and it lives as long as the call.
  const auto whole = at::from_blob(const_cast<cv::Vec4f*>(track[0]), {track.rows, track.cols, 4},
                                   at::TensorOptions(at::kFloat));
  return whole.permute({2, 0, 1}).contiguous();
}

// float64 or float32 [6] on the CPU.
Moments moments_of(const at::Tensor& sums) {
  const auto doubles = sums.to(at::kDouble);
  const auto* of = doubles.const_data_ptr<double>();
  return {of[0], of[1], of[2], of[3], of[4], of[5]};
}

}  // namespace

at::Tensor TensorFilter::changed(const at::Tensor& map, const Alignment& change) {
  return map.mul(change.scale).add_(change.shift);
}

void TensorFilter::prepare(const at::Tensor& map, cv::Size size) {
  small_size_ = size;
  rows_ = nets::AxisTaps::area(map.size(0), size.height, device_);
  columns_ = nets::AxisTaps::area(map.size(1), size.width, device_);
  const auto options = at::TensorOptions(at::kFloat).device(device_);
  y_ = at::arange(map.size(0), options).unsqueeze(1);
  x_ = at::arange(map.size(1), options).unsqueeze(0);
}

std::array<cv::Mat1f, 2> TensorFilter::small(const at::Tensor& map, cv::Size size) {
  const auto both = nets::resample(nets::resample(at::stack({map, past_}), 1, rows_, at::kFloat), 2,
                                   columns_, at::kFloat);
  const auto here = nets::start_to_host(both);
  nets::wait_for(device_);
  std::array<cv::Mat1f, 2> maps;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto one = here.select(0, static_cast<std::int64_t>(i));
    maps.at(i) = cv::Mat1f(size.height, size.width, one.data_ptr<float>()).clone();
  }
  return maps;
}

at::Tensor TensorFilter::next(const at::Tensor& map, const cv::Mat1b& grey, double focal) {
  fit_ = {};
  if (!past_.defined() || past_.sizes() != map.sizes() || !predictor_.has_past_of(grey.size())) {
    predictor_.begin(grey);
    prepare(map, grey.size());
    past_ = map;
    return map;
  }
  const auto [small_map, small_past] = small(map, grey.size());
  const cv::Size full(static_cast<int>(map.size(1)), static_cast<int>(map.size(0)));
  const auto prediction = predictor_.next(small_map, small_past, grey, full, focal, team_);
  const auto track = nets::start_to_device(channels_of(prediction.track), device_);
  const auto blended =
      blend(map, prediction.fit, past_, track, x_, y_, prediction.change, prediction.blending);
  nets::wait_for(device_);
  past_ = changed(blended.map, predictor_.correction(moments_of(blended.drift)));
  fit_ = prediction.fit;
  return past_;
}

void TensorFilter::change_units(const Alignment& change) {
  if (!past_.defined()) return;
  past_ = changed(past_, change);
  predictor_.rescale(change.scale);
}

}  // namespace relievo::temporal
