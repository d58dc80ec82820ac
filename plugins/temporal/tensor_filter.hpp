// RecursiveFilter for maps on a GPU: the maps stay there, only small ones of them come to the CPU,
// where the motion is found.
#pragma once

#include <relievo/sdk/thread_team.hpp>

#include "area_mean.hpp"
#include "plugins/common/torch_ops.hpp"
#include "predictor.hpp"
#include "tensor_blend.hpp"

namespace relievo::temporal {

// One thread at a time. Any device of libtorch.
class TensorFilter {
 public:
  using Map = at::Tensor;
  struct Options {
    FilterOptions filter;
    at::Device device;
  };

  explicit TensorFilter(const Options& options)
      : device_(options.device), predictor_(options.filter), team_(options.filter.threads) {}
  // As RecursiveFilter's; map [rows, columns] of float32 on the device, which is kept and not
  // changed. The result is there once the device's work so far is done.
  [[nodiscard]] at::Tensor next(const at::Tensor& map, const cv::Mat1b& grey, double focal = 0);
  [[nodiscard]] const Alignment& last_fit() const { return fit_; }
  [[nodiscard]] bool knows_camera() const { return predictor_.knows_camera(); }
  void change_units(const Alignment& change);
  [[nodiscard]] static at::Tensor changed(const at::Tensor& map, const Alignment& change);

 private:
  void begin(const at::Tensor& map, const cv::Mat1b& grey);
  [[nodiscard]] Prediction predict(const at::Tensor& map, const cv::Mat1b& grey, double focal);

  at::Device device_;
  Predictor predictor_;
  ThreadTeam team_;
  Alignment fit_;
  at::Tensor past_;
  at::Tensor track_;  // [small rows, small columns, 4] on the CPU, where the device can read it
  AreaMean reduced_;
  TensorBlend blend_;
};

}  // namespace relievo::temporal
