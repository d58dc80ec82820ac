// The class of docs/writing-a-plugin.md, filled in.
#include <relievo/sdk/node_type.hpp>

namespace {

class Depth final : public relievo::Mapper {
 public:
  Depth(relievo::Host host, const relievo::Config& config)
      : host_(host), gain_(static_cast<float>(config.get<double>("gain"))) {}

  relievo::NodePlan plan(relievo::InputFormats, relievo::OutputFormats out) override {
    out[0]->semantic = RLV_SEM_RELATIVE_INVERSE;
    out[0]->pixel_format = RLV_PF_MAP_F32;
    return {};
  }

 private:
  std::vector<relievo::Frame> map(std::span<const relievo::Frame> in) override {
    auto info = in[0].info();
    info.semantic = RLV_SEM_RELATIVE_INVERSE;
    info.pixel_format = RLV_PF_MAP_F32;
    auto depth = host_.new_frame(info);
    const auto rgb = in[0].plane<const std::uint8_t>(0);
    const auto map = depth.plane<float>(0);
    for (std::int32_t y = 0; y < map.height; ++y)
      for (std::int32_t x = 0; x < map.width; ++x)
        map.at(x, y) = gain_ * static_cast<float>(rgb.at(x, y, 1)) / 255.0F;
    return {depth};
  }

  relievo::Host host_;
  float gain_;
};

}  // namespace

RELIEVO_PLUGIN("", relievo::make_node_type<Depth>("outside.luma", "depth"))
