// depth_refine.edges: depth and colour in, depth with the colour's edges out.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "inverse.hpp"
#include "refiner.hpp"

namespace relievo::depth_refine {
namespace {

class EdgesNode final : public Mapper {
 public:
  EdgesNode(Host host, const Config& config)
      : host_(host), at_colour_size_(config.get<std::string>("size") == "colour") {
    options_.radius = config.get<int>("radius");
    options_.strength = static_cast<float>(config.get<double>("strength"));
    options_.colour_sigma = static_cast<float>(config.get<double>("colour_sigma"));
  }

  NodePlan plan(InputFormats in, OutputFormats out) override {
    check(in[0]->semantic);
    *out[0] = *in[0];
    if (at_colour_size_) {
      out[0]->width = in[1]->width;
      out[0]->height = in[1]->height;
      out[0]->sar_num = in[1]->sar_num;
      out[0]->sar_den = in[1]->sar_den;
      if (in[0]->width > 0)
        out[0]->focal_px =
            in[0]->focal_px * static_cast<float>(in[1]->width) / static_cast<float>(in[0]->width);
    }
    const auto pixels = [](const rlv_format& format) {
      return static_cast<std::uint64_t>(std::max(1, format.width)) *
             static_cast<std::uint64_t>(std::max(1, format.height));
    };
    NodePlan needs;
    needs.threads = static_cast<std::uint32_t>(std::clamp(out[0]->height / 64, 1, 16));
    // Two frames' guides and depths, one before the votes, planes on their way to the guide.
    needs.host_bytes = 24 * pixels(*out[0]) + 6 * pixels(*in[1]) + 40 * pixels(*in[0]);
    return needs;
  }

  void open() override {
    team_ = std::make_unique<ThreadTeam>(std::max(1U, host_.cpu_threads()));
    refiner_ = std::make_unique<Refiner>(options_, *team_);
    begun_ = false;
  }

 private:
  static void check(std::uint32_t semantic) {
    if (!is_depth(semantic))
      fail(RLV_E_UNSUPPORTED, "input 'depth' carries ", semantic_name(semantic),
           "; connect a node that gives depth");
  }

  std::vector<Frame> map(std::span<const Frame> in) override {
    const auto info = in[0].info();
    const auto colour = in[1].info();
    check(info.semantic);
    // A frame of a dissolve or a fade mixes two pictures: it has no past either.
    if (!begun_ || colour.shot_id != shot_ || colour.transition != RLV_TRANSITION_NONE ||
        info.semantic != semantic_)
      refiner_->reset();
    begun_ = true;
    shot_ = colour.shot_id;
    semantic_ = info.semantic;

    auto source = in[0].plane<const float>(0);
    source.width = std::min(source.width, info.width);
    source.height = std::min(source.height, info.height);
    const cv::Size size = at_colour_size_ ? cv::Size{colour.width, colour.height}
                                          : cv::Size{source.width, source.height};
    read_guide(in[1], size, guide_);
    auto inverse = to_inverse(source, info.semantic);
    const auto& refined = refiner_->next(inverse, guide_);

    auto made = info;
    made.width = size.width;
    made.height = size.height;
    if (at_colour_size_) {
      made.sar_num = colour.sar_num;
      made.sar_den = colour.sar_den;
    }
    const float wider = static_cast<float>(size.width) / static_cast<float>(source.width);
    made.focal_px = info.focal_px * wider;
    auto result = host_.new_frame(made);
    write(refined, source, result.plane<float>(0), info.semantic, wider);
    return {std::move(result)};
  }

  // What is not known passes as it came, from the nearest sample.
  void write(const cv::Mat1f& refined, const Plane<const float>& source, const Plane<float>& target,
             std::uint32_t semantic, float wider) {
    const Axis columns(refined.cols, source.width);
    const Axis rows(refined.rows, source.height);
    const bool metres = semantic == RLV_SEM_METRES;
    const float factor = semantic == RLV_SEM_DISPARITY_PX ? wider : 1.0F;
    team_->run(refined.rows, [&](int y, int) {
      const float* const in = refined[y];
      float* const out = target.row(y);
      const auto stride = target.pixel_stride;
      bool all = true;
      for (int x = 0; x < refined.cols; ++x) {
        const float value = in[x];
        all &= value == value;
        out[x * stride] = metres ? 1.0F / std::max(value, 0.0F) : value * factor;
      }
      if (all) return;
      const float* const passed = source.row(rows.index[static_cast<std::size_t>(y)]);
      for (int x = 0; x < refined.cols; ++x)
        if (std::isnan(in[x]))
          out[x * stride] =
              passed[columns.index[static_cast<std::size_t>(x)] * source.pixel_stride];
    });
  }

  void forget() override { begun_ = false; }

  Host host_;
  Options options_;
  bool at_colour_size_;
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<Refiner> refiner_;
  Guide guide_;
  bool begun_ = false;
  std::int64_t shot_ = 0;
  std::uint32_t semantic_ = 0;
};

}  // namespace
}  // namespace relievo::depth_refine

RELIEVO_PLUGIN("", relievo::make_node_type<relievo::depth_refine::EdgesNode>("depth_refine.edges",
                                                                             "filter"))
