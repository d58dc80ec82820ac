#include "plugins/stereo/view_node.hpp"

#include <algorithm>
#include <utility>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::stereo {
namespace {

void check_depth(std::uint32_t semantic, std::uint32_t pixel_format) {
  if (!is_depth(semantic))
    fail(RLV_E_UNSUPPORTED, "input 'depth' carries ", semantic_name(semantic),
         "; connect a node that gives depth");
  if (pixel_format != RLV_PF_MAP_F32)
    fail(RLV_E_UNSUPPORTED, "depth in ", pixel_format_name(pixel_format),
         " cannot be read; map_f32 is wanted");
}

}  // namespace

ViewNode::ViewNode(Host host, Config config)
    : host_(host), options_(read_options(config)), range_(options_.range) {}

NodePlan ViewNode::plan(InputFormats in, OutputFormats out) {
  if (in.size() != 2 || in[0] == nullptr || in[1] == nullptr || out.size() != 2)
    fail(RLV_E_ARGUMENT, "inputs colour and depth and outputs left and right are wanted");
  const auto& colour = *in[0];
  const auto format =
      picture_format(colour.pixel_format, colour.width, colour.height, colour.colour);
  check_depth(in[1]->semantic, in[1]->pixel_format);
  // Both views say what the colour says: size, format, rate.
  for (auto* view : out) {
    view->semantic = RLV_SEM_COLOUR;
    view->pixel_format = colour.pixel_format;
  }
  NodePlan needs;
  needs.threads = static_cast<std::uint32_t>(std::clamp(format.height / 64, 1, 16));
  needs.host_bytes = Synthesizer::memory(format, options_.views);
  return needs;
}

void ViewNode::open() {
  team_ = std::make_unique<ThreadTeam>(std::max(1U, host_.cpu_threads()));
  synthesizer_.reset();
  pixel_format_ = RLV_PF_NONE;
}

// Frames say for themselves what they are; what depends on it is made anew when that changes.
void ViewNode::prepare(const rlv_frame_info& colour) {
  const auto format =
      picture_format(colour.pixel_format, colour.width, colour.height, colour.colour);
  const bool same = synthesizer_ && pixel_format_ == colour.pixel_format &&
                    format.width == format_.width && format.height == format_.height &&
                    format.chroma_x2 == format_.chroma_x2 &&
                    format.chroma_y2 == format_.chroma_y2 && format.black == format_.black;
  if (same) return;
  format_ = format;
  pixel_format_ = colour.pixel_format;
  synthesizer_ = std::make_unique<Synthesizer>(options_, format_, *team_);
}

void ViewNode::read_depth(const Frame& depth, const rlv_frame_info& colour) {
  const auto info = depth.info();
  check_depth(info.semantic, info.pixel_format);
  auto map = depth.plane<const float>(0);
  map.width = std::min(map.width, info.width);
  map.height = std::min(map.height, info.height);
  DepthScale scale;
  if (info.semantic != RLV_SEM_DISPARITY_PX)
    scale = range_.update(map, info.semantic, colour.shot_id);
  auto mapping = make_mapping(options_, info.semantic, scale, colour.width, map.width);
  if (options_.views == Views::kBoth) {  // each eye moves half
    mapping.gain *= 0.5F;
    mapping.offset *= 0.5F;
    mapping.otherwise *= 0.5F;
  }
  disparity_.begin_frame(map, info.semantic, mapping, colour.width, colour.height);
}

template <class T>
std::vector<Frame> ViewNode::make_views(const Frame& colour) {
  std::vector<Frame> views(2);  // left, right
  std::vector<ViewTarget<T>> targets;
  for (const bool left : {true, false}) {
    auto& view = views[left ? 0 : 1];
    if (options_.views == (left ? Views::kLeftOriginal : Views::kRightOriginal)) {
      view = colour;
      continue;
    }
    view = host_.new_frame(colour.info());
    targets.push_back({left, components_of<T>(view, format_)});
  }
  synthesizer_->render(components_of<const T>(colour, format_), disparity_, targets);
  if (options_.swap_eyes) std::swap(views[0], views[1]);
  return views;
}

std::vector<Frame> ViewNode::map(std::span<const Frame> in) {
  const auto& colour = in[0];
  const auto info = colour.info();
  prepare(info);
  read_depth(in[1], info);
  return format_.bits == 8 ? make_views<std::uint8_t>(colour) : make_views<std::uint16_t>(colour);
}

}  // namespace relievo::stereo
