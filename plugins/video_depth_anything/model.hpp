// The networks of Depth Anything V2 (Yang et al. 2024, https://arxiv.org/abs/2406.09414) and Video
// Depth Anything (Chen et al. 2025, https://arxiv.org/abs/2501.12375): one backbone and one head,
// the latter with motion modules in the video network. Member and tensor names follow the published
// checkpoints.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plugins/common/dpt.hpp"
#include "plugins/common/vit.hpp"
#include "plugins/video_depth_anything/motion_module.hpp"

namespace relievo::video_depth_anything {

struct ModelConfig {
  nets::VitConfig backbone;
  std::array<std::int64_t, 4> taps;  // blocks whose output the head sees
  std::int64_t features;
  std::array<std::int64_t, 4> out_channels;
  bool temporal;  // with motion modules

  // size: "small", "base" or "large"; throws RLV_E_CONFIG on another.
  static ModelConfig named(const std::string& size, bool temporal);
};

// Everything of some frames that does not depend on other frames. All maps are [frames, channels,
// rows, columns]; a window keeps them for the frames that the next one sees again.
struct FrameFeatures {
  at::Tensor fine1;   // finest map, through layer1_rn and the first unit of refinenet1
  at::Tensor fine2;   // the same of refinenet2
  at::Tensor layer3;  // as the motion modules 0 and 1 want them
  at::Tensor layer4;

  [[nodiscard]] std::array<at::Tensor, 4> all() const { return {fine1, fine2, layer3, layer4}; }
};

// What a stream remembers; see MotionMemory.
using StreamMemory = std::array<MotionMemory, 4>;

// Called now and then during a long computation with the share that is done, 0 to 1; may throw to
// end it.
using Progress = std::function<void(double)>;

// Thread: the one that owns the node. Pictures are [frames, 3, rows, columns], normalised, rows and
// columns multiples of 14, on the device and in the precision of the weights.
class DepthNetwork {
 public:
  DepthNetwork(const ModelConfig& config, const NamedWeights& w);

  [[nodiscard]] FrameFeatures encode(const at::Tensor& pictures) const;

  // Depth [frames, rows, columns] in float32, never negative, from the features of consecutive
  // frames (at most 32 in the video network). at_once: frames whose finest maps are in memory at
  // the same time; the result is the same.
  [[nodiscard]] at::Tensor decode(const FrameFeatures& features, std::int64_t at_once,
                                  const Progress& progress = {}) const;

  // The same for the newest frame of a stream.
  [[nodiscard]] at::Tensor decode_next(const FrameFeatures& features, StreamMemory& memory,
                                       const MemoryAccess& access) const;

  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures) const;

  [[nodiscard]] const ModelConfig& config() const { return config_; }

 private:
  // Runs motion module i on a map, one way or the other.
  using Motion = std::function<at::Tensor(std::size_t, const at::Tensor&)>;
  // The coarse half of the head, up to refinenet3.
  [[nodiscard]] at::Tensor coarse(const FrameFeatures& features, const Motion& motion) const;
  // The fine half, where frames are independent again.
  [[nodiscard]] at::Tensor finish(at::Tensor path3, const at::Tensor& fine2,
                                  const at::Tensor& fine1, nets::MapSize picture) const;

  ModelConfig config_;
  nets::Vit pretrained_;
  std::array<nets::PointConv, 4> projects_;
  nets::CellUpsample resize_layer0_;
  nets::CellUpsample resize_layer1_;
  nets::Conv2d resize_layer3_;
  std::array<nets::Conv2d, 4> layer_rn_;
  nets::FeatureFusionBlock refinenet1_;
  nets::FeatureFusionBlock refinenet2_;
  nets::FeatureFusionBlock refinenet3_;
  nets::FeatureFusionBlock refinenet4_;
  nets::Conv2d output_conv1_;
  nets::Conv2d output_conv2_0_;
  Linear output_conv2_2_;  // sums in float32 in every precision: they are the depth
  nets::Enlarger enlarge_;
  std::vector<MotionModule> motion_modules_;
};

}  // namespace relievo::video_depth_anything
