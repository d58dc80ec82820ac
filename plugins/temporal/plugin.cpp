// temporal.stabilise: depth and colour in, steadier depth of the same semantic out.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "frame_filter.hpp"
#include "plugins/common/tracking/grey_picture.hpp"
#include "tensor_frames.hpp"

namespace relievo::temporal {
namespace {

class Stabilise final : public QueuedNode {
 public:
  Stabilise(Host host, const Config& config)
      : host_(host), wish_(config.device()), look_ahead_(config.get<int>("look_ahead")) {
    options_.strength = static_cast<float>(config.get<double>("strength"));
    options_.edge = static_cast<float>(config.get<double>("edge") / 100);
    options_.follow = static_cast<float>(config.get<double>("follow"));
  }

  NodePlan plan(InputFormats in, OutputFormats out) override {
    check(in[0]->semantic);
    device_ = tensor_device(wish_);
    if (device_.empty() && in[0]->device_type != RLV_DEV_CPU)
      fail(RLV_E_UNSUPPORTED,
           "input 'depth' lies on a GPU and temporal.stabilise filters on the CPU; set device: "
           "cuda");
    *out[0] = *in[0];
    out[0]->device_type = RLV_DEV_CPU;
    out[0]->device_id = 0;
    NodePlan needs;
    needs.threads = 2;
    needs.max_latency = needs.look_ahead = static_cast<std::uint32_t>(look_ahead_);
    const auto pixels = static_cast<std::uint64_t>(std::max(1, in[0]->width)) *
                        static_cast<std::uint64_t>(std::max(1, in[0]->height));
    const auto waiting = static_cast<std::uint64_t>(look_ahead_);
    // Past, scratch maps, pictures; a frame that waits keeps its input and its result.
    const auto maps = (64 + 8 * waiting) * pixels;
    if (device_.empty()) {
      needs.host_bytes = maps;
    } else {
      needs.device_bytes = maps + 64 * pixels;  // and more scratch maps: one for each operator
      needs.host_bytes = (16 + 4 * waiting) * pixels;
    }
    return needs;
  }

 private:
  static void check(std::uint32_t semantic) {
    if (semantic != RLV_SEM_METRES && semantic != RLV_SEM_INVERSE_METRES &&
        semantic != RLV_SEM_RELATIVE_INVERSE)
      fail(RLV_E_UNSUPPORTED, "input 'depth' carries ", semantic_name(semantic),
           "; connect a node that gives depth");
  }

  void accept(std::span<Frame> in) override {
    const auto info = in[0].info();
    const auto colour = in[1].info();
    check(info.semantic);
    // A frame of a dissolve or a fade mixes two pictures: it has no past either.
    const bool begins = colour.shot_id != shot_ || colour.transition != RLV_TRANSITION_NONE ||
                        info.semantic != semantic_ || info.width != size_.width ||
                        info.height != size_.height;
    if (!filter_ || begins) {
      finish();
      auto options = options_;
      options.with_shift = info.semantic == RLV_SEM_RELATIVE_INVERSE;
      options.threads = std::max(1U, host_.cpu_threads());
      filter_ = device_.empty() ? make_cpu_filter(host_, options, look_ahead_)
                                : make_tensor_filter(host_, options, look_ahead_, device_);
      shot_ = colour.shot_id;
      semantic_ = info.semantic;
      size_ = {info.width, info.height};
    }
    const auto size = tracking::working_size(size_);
    const double focal =
        static_cast<double>(colour.focal_px) * size.width / std::max(1, colour.width);
    const auto grey = tracking::grey_picture(in[1], size);
    give_out(filter_->next(std::move(in[0]), grey, focal));
  }

  void finish() override {
    if (filter_) give_out(filter_->finish());
  }

  void forget() override { filter_.reset(); }

  void give_out(std::vector<Frame> frames) {
    for (auto& frame : frames) emit({std::move(frame)});
  }

  Host host_;
  std::string wish_;    // what device: says
  std::string device_;  // of libtorch; empty: the CPU, without it
  int look_ahead_;
  FilterOptions options_;
  std::unique_ptr<FrameFilter> filter_;
  std::int64_t shot_ = 0;
  std::uint32_t semantic_ = 0;
  cv::Size size_;
};

}  // namespace
}  // namespace relievo::temporal

RELIEVO_PLUGIN(RLV_TORCH_RUNTIME,
               relievo::make_node_type<relievo::temporal::Stabilise>("temporal.stabilise",
                                                                     "filter"))
