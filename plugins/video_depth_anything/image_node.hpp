// video_depth_anything.image: Depth Anything V2, each frame for itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include "plugins/video_depth_anything/model.hpp"
#include "plugins/video_depth_anything/pre_post.hpp"

namespace relievo::video_depth_anything {

class ImageNode final : public QueuedNode {
 public:
  ImageNode(Host host, Config config);

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;

 private:
  void accept(std::span<Frame> in) override;
  void finish() override;
  void forget() override { waiting_.clear(); }

  void compute();
  [[nodiscard]] at::Tensor depth_of(const at::Tensor& pictures);

  Host host_;
  Config config_;
  std::string device_name_;
  std::string precision_name_;
  std::string weights_;
  ModelConfig model_;
  std::int64_t input_size_;
  bool at_source_size_;
  std::size_t batch_;
  PictureSize source_;
  PictureSize network_size_;
  at::Device device_ = at::kCPU;
  at::ScalarType precision_ = at::kFloat;
  Preprocess preprocess_;
  Postprocess postprocess_;
  std::unique_ptr<DepthNetwork> network_;
  std::vector<Frame> waiting_;
};

}  // namespace relievo::video_depth_anything
