// motion_cues.depth: frames in, relative inverse depth out.
#include <deque>
#include <memory>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>

#include "estimator.hpp"
#include "picture.hpp"
#include "plugins/common/tracking/tracker.hpp"

namespace relievo::motion_cues {
namespace {

class Depth final : public QueuedNode {
 public:
  Depth(Host host, const Config& config)
      : host_(host),
        pixels_(config.get<int>("working_pixels")),
        look_ahead_(config.get<int>("look_ahead")),
        bend_(config.get<double>("cues")) {}

  NodePlan plan(InputFormats in, OutputFormats out) override {
    const auto& colour = *in[0];
    if (colour.width < 1 || colour.height < 1)
      fail(RLV_E_UNSUPPORTED,
           "motion_cues.depth needs the picture size beforehand; it is given as ", colour.width,
           "x", colour.height);
    size_ = tracking::working_size({colour.width, colour.height}, pixels_, 1.0);
    auto& depth = *out[0];
    depth.semantic = RLV_SEM_RELATIVE_INVERSE;
    depth.pixel_format = RLV_PF_MAP_F32;
    depth.width = size_.width;
    depth.height = size_.height;
    depth.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
    depth.focal_px =
        colour.focal_px * static_cast<float>(size_.width) / static_cast<float>(colour.width);
    NodePlan needs;
    needs.max_latency = needs.look_ahead = static_cast<std::uint32_t>(look_ahead_);
    needs.threads = 2;
    // Pictures held (two bytes a pixel, three floats for texture), state and scratch maps.
    constexpr std::uint64_t kBytesPerPixel = 20 * 14 + 40 * 4;
    needs.host_bytes = kBytesPerPixel * static_cast<std::uint64_t>(size_.area());
    return needs;
  }

  void open() override { restart(0); }

 private:
  void accept(std::span<Frame> in) override {
    const auto info = in[0].info();
    if (!in_shot_ || info.shot_id != shot_id_) {
      give_out(0);
      restart(info.focal_px * static_cast<float>(size_.width) / static_cast<float>(info.width));
      shot_id_ = info.shot_id;
      in_shot_ = true;
    }
    estimator_->add(make_picture(in[0], size_));
    infos_.push_back(info);
    give_out(static_cast<std::size_t>(look_ahead_));
  }

  void finish() override { give_out(0); }

  void forget() override {
    infos_.clear();
    restart(0);
  }

  void restart(float focal_px) {
    EstimatorOptions options;
    options.look_ahead = look_ahead_;
    options.bend = bend_;
    options.focal_px = focal_px;
    estimator_ = std::make_unique<Estimator>(options);
    in_shot_ = false;
  }

  // Until no more than `held` frames wait.
  void give_out(std::size_t held) {
    while (infos_.size() > held) {
      auto info = infos_.front();
      infos_.pop_front();
      const float shrink = static_cast<float>(size_.width) / static_cast<float>(info.width);
      info.semantic = RLV_SEM_RELATIVE_INVERSE;
      info.pixel_format = RLV_PF_MAP_F32;
      info.width = size_.width;
      info.height = size_.height;
      info.focal_px *= shrink;
      info.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
      auto frame = host_.new_frame(info);
      const auto plane = frame.plane<float>(0);
      const auto depth = estimator_->next();
      for (int y = 0; y < depth.rows; ++y) std::copy_n(depth[y], depth.cols, plane.row(y));
      emit({std::move(frame)});
    }
  }

  Host host_;
  int pixels_;
  int look_ahead_;
  double bend_;
  cv::Size size_{1, 1};
  std::unique_ptr<Estimator> estimator_;
  std::deque<rlv_frame_info> infos_;  // of the frames that wait
  std::int64_t shot_id_ = 0;
  bool in_shot_ = false;
};

}  // namespace
}  // namespace relievo::motion_cues

RELIEVO_PLUGIN("",
               relievo::make_node_type<relievo::motion_cues::Depth>("motion_cues.depth", "depth"))
