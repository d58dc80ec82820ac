// From the encodings of all scales to one map of features, from coarse to fine.
#pragma once

#include <array>

#include "plugins/depth_pro/encoder.hpp"
#include "plugins/depth_pro/fold.hpp"

namespace relievo::depth_pro {

// What a residual unit adds to its input: conv(relu(conv(relu(input)))).
struct ResidualBranch {
  nets::Conv2d conv1;
  nets::Conv2d conv2;

  ResidualBranch() = default;
  ResidualBranch(const nets::NamedWeights& w, std::int64_t channels);
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  // The same where relu(input) is there already; given away, it is freed on the way.
  [[nodiscard]] at::Tensor of_relu(at::Tensor relu) const;
};

// Thread: the one that owns the node.
class Decoder {
 public:
  struct Maps {
    at::Tensor features;  // [n, features, 32c, 32c]: before the last fusion's 1x1 convolution
    at::Tensor lowest;    // [n, features, 2c, 2c]: what the field of view is estimated with
  };

  Decoder() = default;
  // w: the root of the official names; of the last fusion out_conv is left to the head.
  Decoder(const ModelConfig& config, const nets::NamedWeights& w);

  // encodings are taken apart on the way, so that each map goes as soon as it has been used.
  [[nodiscard]] Maps operator()(Encodings encodings, const RunOptions& options) const;

 private:
  struct Fusion {
    ResidualBranch finer;   // resnet1: of the finer map before it joins
    ResidualBranch joint;   // resnet2
    nets::CellUpsample up;  // deconv and out_conv in one
  };

  // upsample_latent0: a projection, then three transposed convolutions in one.
  nets::PointConv latent0_project_;
  nets::CellUpsample latent0_up_;
  // upsample_latent1, upsample0 and upsample1 with convs.1, 2 and 3 after them.
  nets::PointConv latent1_project_;
  UpsampleConv latent1_up_;
  nets::PointConv level0_project_;
  UpsampleConv level0_up_;
  UpsampleConv level1_up_;
  // upsample2 and upsample_lowres, each with its half of fuse_lowres; then convs.4.
  nets::CellUpsample level2_up_;
  nets::CellUpsample image_up_;
  nets::Conv2d lowest_;
  std::array<Fusion, 5> fusions_;
};

}  // namespace relievo::depth_pro
