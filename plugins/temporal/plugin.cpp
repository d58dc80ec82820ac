// temporal.stabilise: depth and colour in, steadier depth of the same semantic out.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "recursive_filter.hpp"

namespace relievo::temporal {
namespace {

// Grey at half the size of the map at most.
cv::Mat1b grey_of(const Frame& colour, cv::Size map) {
  const auto plane = colour.plane<const std::uint8_t>(0);
  if (!plane.is_dense())
    fail(RLV_E_UNSUPPORTED, "temporal.stabilise reads rows without gaps; a pixel stride of ",
         plane.pixel_stride, " was given; convert to rgb24 first");
  const cv::Mat view(plane.height, plane.width, CV_8UC(plane.components),
                     const_cast<std::uint8_t*>(plane.data),
                     static_cast<std::size_t>(plane.row_stride));
  const cv::Size half(std::max(1, map.width / 2), std::max(1, map.height / 2));
  cv::Mat small;
  cv::resize(view, small, half, 0, 0, cv::INTER_AREA);
  if (plane.components == 3) cv::cvtColor(small, small, cv::COLOR_RGB2GRAY);
  return small;
}

class Stabilise final : public Mapper {
 public:
  Stabilise(Host host, const Config& config) : host_(host) {
    options_.strength = static_cast<float>(config.get<double>("strength"));
  }

  NodePlan plan(InputFormats in, OutputFormats out) override {
    check(in[0]->semantic);
    *out[0] = *in[0];
    NodePlan needs;
    needs.threads = 2;
    needs.host_bytes = 64ULL * static_cast<std::uint64_t>(std::max(1, in[0]->width)) *
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

  std::vector<Frame> map(std::span<const Frame> in) override {
    const auto info = in[0].info();
    check(info.semantic);
    const bool metres = info.semantic == RLV_SEM_METRES;
    const auto shot = in[1].info().shot_id;
    if (!filter_ || shot != shot_ || info.semantic != semantic_) {
      auto options = options_;
      options.with_shift = info.semantic == RLV_SEM_RELATIVE_INVERSE;
      filter_ = std::make_unique<RecursiveFilter>(options);
      shot_ = shot;
      semantic_ = info.semantic;
    }
    const auto plane = in[0].plane<const float>(0);
    cv::Mat1f values(info.height, info.width);
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    for (int y = 0; y < values.rows; ++y) {
      for (int x = 0; x < values.cols; ++x) {
        const float value = plane.at(x, y);
        const float inverse = metres ? (value > 0 ? 1 / value : kNone) : value;
        values(y, x) = std::isfinite(inverse) ? inverse : kNone;
      }
    }
    const auto steady = filter_->next(values, grey_of(in[1], values.size()));
    auto result = host_.new_frame(info);
    const auto target = result.plane<float>(0);
    for (int y = 0; y < values.rows; ++y) {
      for (int x = 0; x < values.cols; ++x) {
        const float value = steady(y, x);
        // What cannot be filtered passes as it came.
        const bool known = std::isfinite(value) && (!metres || value > 0);
        target.at(x, y) = known ? (metres ? 1 / value : value) : plane.at(x, y);
      }
    }
    return {result};
  }

  void forget() override { filter_.reset(); }

  Host host_;
  FilterOptions options_;
  std::unique_ptr<RecursiveFilter> filter_;
  std::int64_t shot_ = 0;
  std::uint32_t semantic_ = 0;
};

}  // namespace
}  // namespace relievo::temporal

RELIEVO_PLUGIN("", relievo::make_node_type<relievo::temporal::Stabilise>("temporal.stabilise",
                                                                         "filter"))
