// The two ends of the network: canonical inverse depth, and the field of view.
#pragma once

#include "plugins/depth_pro/decoder.hpp"

namespace relievo::depth_pro {

// The last fusion's 1x1 convolution with the head's first, then its transposed and its second
// convolution in one, its ReLU and its last convolution.
class DepthHead {
 public:
  DepthHead() = default;
  // w: the root of the official names.
  DepthHead(const ModelConfig& config, const nets::NamedWeights& w);

  // features [n, features, rows, columns] to canonical inverse depth [n, 2 rows, 2 columns],
  // float32, never negative.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& features, const RunOptions& options) const;

 private:
  nets::Conv2d first_;
  EdgeBias first_edge_;
  UpsampleConv tail_;
  at::Tensor tail_bias_;
  EdgeBias tail_edge_;
  nets::Linear last_;  // in float32 in every precision: half would show as steps of depth
};

class FieldOfView {
 public:
  FieldOfView() = default;
  // w: "fov" of the official names.
  FieldOfView(const ModelConfig& config, const nets::NamedWeights& w);

  // pictures as the encoder gets them, lowest as the decoder gives it; [n] degrees, horizontal,
  // float32.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures, const at::Tensor& lowest,
                                      const RunOptions& options) const;

 private:
  ModelConfig config_;
  nets::Vit encoder_;
  nets::Linear project_;
  nets::Conv2d downsample_;
  nets::Conv2d conv0_;
  nets::Conv2d conv2_;
  nets::Conv2d last_;
};

}  // namespace relievo::depth_pro
