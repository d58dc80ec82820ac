// depth_pro.depth: frames in, metric depth of each out, with one focal length for a shot.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include "plugins/depth_pro/focal.hpp"
#include "plugins/depth_pro/model.hpp"
#include "plugins/depth_pro/pre_post.hpp"
#include "plugins/depth_pro/recorded.hpp"

namespace relievo::depth_pro {

class DepthNode final : public QueuedNode {
 public:
  DepthNode(Host host, Config config);

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;

 private:
  void accept(std::span<Frame> in) override;
  void finish() override;
  void forget() override;

  // A frame whose canonical depth is there and whose focal length may not be.
  struct Held {
    rlv_frame_info info;
    at::Tensor canonical;  // [side, side], on the device
  };

  // The focal length that a frame brings along, in its pixels; 0 if it has to be estimated.
  [[nodiscard]] double known_focal(float of_frame) const;
  [[nodiscard]] bool estimates() const { return metric_ && known_focal(format_focal_px_) <= 0.0; }
  [[nodiscard]] std::int64_t choose_windows_at_once() const;
  void load();
  void compute();
  [[nodiscard]] DepthPro::Result run(const std::vector<at::Tensor>& frames, bool view);
  void end_shot();
  void give();
  void emit_depth(const Held& held, double focal_px);

  Host host_;
  Config config_;
  std::string device_name_;
  std::string precision_name_;
  double resolution_;
  bool metric_;
  double focal_px_;     // given; 0: not
  bool from_metadata_;  // take what the file says
  std::size_t focal_frames_;
  std::size_t batch_;
  std::int64_t windows_wish_;  // 0: chosen here

  PictureSize source_;
  float format_focal_px_ = 0.0F;
  at::Device device_ = at::kCPU;
  at::ScalarType precision_ = at::kFloat;
  std::unique_ptr<DepthPro> network_;
  std::optional<Recorded> recorded_;  // of network_
  std::int64_t cells_ = 0;            // a side of a window
  RunOptions options_;
  std::vector<Frame> waiting_;  // for a batch
  std::deque<Held> held_;       // for the shot's focal length
  ShotFocal focal_;
  std::int64_t shot_id_ = 0;
};

}  // namespace relievo::depth_pro
