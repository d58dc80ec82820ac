// The node 'quality.columns'.
#include <cstdint>
#include <span>
#include <vector>

#include <relievo/sdk/node_type.hpp>

#include "core/quality/column_code.hpp"
#include "core/quality/nodes.hpp"

namespace relievo::quality {
namespace {

// sRGB, full range: black is 0.
constexpr rlv_colour kGrey{1, 13, 0, 1, 255, {0, 0, 0}};

class Columns final : public Mapper {
 public:
  Columns(Host host, const Config& /*config*/) : host_(host) {}

  NodePlan plan(InputFormats /*in*/, OutputFormats out) override {
    out[0]->semantic = RLV_SEM_COLOUR;
    out[0]->pixel_format = RLV_PF_GREY16;
    out[0]->colour = kGrey;
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override {
    auto info = in[0].info();
    info.pixel_format = RLV_PF_GREY16;
    info.colour = kGrey;
    auto frame = host_.new_frame(info);
    const auto plane = frame.plane<std::uint16_t>(0);
    const ColumnCode code(info.width);
    for (std::int32_t y = 0; y < plane.height; ++y)
      for (std::int32_t x = 0; x < plane.width; ++x) plane.at(x, y) = code.value(x);
    return {std::move(frame)};
  }

  const Host host_;
};

}  // namespace

rlv_node_type columns_type() {
  return make_node_type<Columns>("quality.columns", "filter");
}

}  // namespace relievo::quality
