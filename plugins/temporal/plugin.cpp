// temporal.stabilise: depth and colour in, steadier depth of the same semantic out.
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <vector>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "shot_filter.hpp"

namespace relievo::temporal {
namespace {

// Grey in the size that motion is looked for in.
cv::Mat1b grey_of(const Frame& colour, cv::Size size) {
  const auto plane = colour.plane<const std::uint8_t>(0);
  if (!plane.is_dense())
    fail(RLV_E_UNSUPPORTED, "temporal.stabilise reads rows without gaps; a pixel stride of ",
         plane.pixel_stride, " was given; convert to rgb24 first");
  const cv::Mat view(plane.height, plane.width, CV_8UC(plane.components),
                     const_cast<std::uint8_t*>(plane.data),
                     static_cast<std::size_t>(plane.row_stride));
  cv::Mat small;
  cv::resize(view, small, size, 0, 0, cv::INTER_AREA);
  if (plane.components == 3) cv::cvtColor(small, small, cv::COLOR_RGB2GRAY);
  return small;
}

// Inverse depth, NaN where it is not known.
cv::Mat1f inverse_of(const Frame& depth) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const bool metres = depth.info().semantic == RLV_SEM_METRES;
  const auto plane = depth.plane<const float>(0);
  cv::Mat1f result(plane.height, plane.width);
  for (int y = 0; y < result.rows; ++y) {
    for (int x = 0; x < result.cols; ++x) {
      const float value = plane.at(x, y);
      const float inverse = metres ? (value > 0 ? 1 / value : kNone) : value;
      result(y, x) = std::isfinite(inverse) ? inverse : kNone;
    }
  }
  return result;
}

class Stabilise final : public QueuedNode {
 public:
  Stabilise(Host host, const Config& config)
      : host_(host), look_ahead_(config.get<int>("look_ahead")) {
    options_.strength = static_cast<float>(config.get<double>("strength"));
    options_.edge = static_cast<float>(config.get<double>("edge") / 100);
    options_.follow = static_cast<float>(config.get<double>("follow"));
  }

  NodePlan plan(InputFormats in, OutputFormats out) override {
    check(in[0]->semantic);
    *out[0] = *in[0];
    NodePlan needs;
    needs.threads = 2;
    needs.max_latency = needs.look_ahead = static_cast<std::uint32_t>(look_ahead_);
    // Past, scratch maps, pictures; a frame that waits keeps its input and its result.
    needs.host_bytes = (64ULL + 8ULL * static_cast<std::uint64_t>(look_ahead_)) *
                       static_cast<std::uint64_t>(std::max(1, in[0]->width)) *
                       static_cast<std::uint64_t>(std::max(1, in[0]->height));
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
      filter_ = std::make_unique<ShotFilter>(options, look_ahead_);
      shot_ = colour.shot_id;
      semantic_ = info.semantic;
      size_ = {info.width, info.height};
    }
    const auto size = tracking::working_size(size_);
    const double focal =
        static_cast<double>(colour.focal_px) * size.width / std::max(1, colour.width);
    waiting_.push_back(std::move(in[0]));
    give_out(filter_->next(inverse_of(waiting_.back()), grey_of(in[1], size), focal));
  }

  void finish() override {
    if (filter_) give_out(filter_->finish());
  }

  void forget() override {
    filter_.reset();
    waiting_.clear();
  }

  void give_out(const std::vector<cv::Mat1f>& maps) {
    for (const auto& map : maps) {
      const auto info = waiting_.front().info();
      const bool metres = info.semantic == RLV_SEM_METRES;
      const auto source = waiting_.front().plane<const float>(0);
      auto result = host_.new_frame(info);
      const auto target = result.plane<float>(0);
      for (int y = 0; y < map.rows; ++y) {
        for (int x = 0; x < map.cols; ++x) {
          const float value = map(y, x);
          // What cannot be filtered passes as it came.
          const bool known = std::isfinite(value) && (!metres || value > 0);
          target.at(x, y) = known ? (metres ? 1 / value : value) : source.at(x, y);
        }
      }
      waiting_.pop_front();
      emit({std::move(result)});
    }
  }

  Host host_;
  int look_ahead_;
  FilterOptions options_;
  std::unique_ptr<ShotFilter> filter_;
  std::deque<Frame> waiting_;  // depth as it came
  std::int64_t shot_ = 0;
  std::uint32_t semantic_ = 0;
  cv::Size size_;
};

}  // namespace
}  // namespace relievo::temporal

RELIEVO_PLUGIN("", relievo::make_node_type<relievo::temporal::Stabilise>("temporal.stabilise",
                                                                         "filter"))
