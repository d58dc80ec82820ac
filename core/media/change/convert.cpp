// The node 'convert': another pixel format, sRGB, another kind of map. The host puts it where two
// nodes do not fit.
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/change/contiguous.hpp"
#include "core/media/change/convert_colour.hpp"
#include "core/media/change/convert_maps.hpp"
#include "core/media/change/share.hpp"
#include "core/media/change/ycbcr_rows.hpp"
#include "core/media/formats.hpp"
#include "core/media/nodes.hpp"

namespace relievo::media {
namespace {

constexpr std::uint32_t kUsefulThreads = 4;

bool is_map(std::uint32_t format) {
  return RLV_PIXEL_MODEL(format) == RLV_MODEL_MAP1 || RLV_PIXEL_MODEL(format) == RLV_MODEL_MAP2;
}

ColourTarget target_of(const std::string& name) {
  if (name == "srgb") return ColourTarget::kSrgb;
  return name == "sdr" ? ColourTarget::kSdr : ColourTarget::kSame;
}

bool same_colour(const rlv_colour& a, const rlv_colour& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

class Convert final : public Mapper {
 public:
  Convert(Host host, const Config& config)
      : host_(host),
        log_(host),
        target_(target_of(config.get<std::string>("colour"))),
        contiguous_(config.get<bool>("contiguous")) {
    if (!config.has("pixel_format")) return;
    const auto name = config.get<std::string>("pixel_format");
    wanted_ = pixel_format_from_name(name);
    if (!wanted_)
      fail(RLV_E_CONFIG, "'pixel_format' cannot be '", name,
           "'; there are rgb24, rgb48, rgbf32, grey8, grey16, nv12, yuv420p, yuv420p10, map_f32, "
           "map_f16, map_u16 and others of these kinds");
  }

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override {
    if (target_ == ColourTarget::kSdr && task_.to_display)
      host_.info(concat("the film is in ", task_.from.transfer == 16 ? "PQ" : "HLG",
                        " (HDR) and is tone-mapped to BT.709"));
    if (way_ == Way::kColour) converter_ = std::make_unique<ColourConverter>(host_, task_);
  }

 protected:
  std::vector<Frame> map(std::span<const Frame> in) override {
    auto made = convert(in[0]);
    return {contiguous_ ? contiguous(host_, made) : std::move(made)};
  }

 private:
  enum class Way { kNone, kName, kMap, kColour };

  [[nodiscard]] Frame convert(const Frame& frame);
  void plan_map(const rlv_format& from, rlv_format& to);
  void plan_colour(const rlv_format& from, rlv_format& to);

  const Host host_;
  const AvLogScope log_;
  const ColourTarget target_;
  const bool contiguous_;
  std::optional<std::uint32_t> wanted_;
  Way way_ = Way::kNone;
  ColourTask task_;
  std::unique_ptr<ColourConverter> converter_;
};

NodePlan Convert::plan(InputFormats in, OutputFormats out) {
  const auto& from = *in[0];
  auto& to = *out[0];
  NodePlan plan;
  if (is_map(from.pixel_format)) {
    plan_map(from, to);
    plan.threads = 1;
  } else {
    plan_colour(from, to);
    plan.threads = kUsefulThreads;
  }
  return plan;
}

void Convert::plan_map(const rlv_format& from, rlv_format& to) {
  task_.from_format = from.pixel_format;
  task_.to_format = wanted_.value_or(from.pixel_format);
  to.pixel_format = task_.to_format;
  way_ = Way::kNone;
  if (task_.from_format == task_.to_format) return;
  way_ = Way::kMap;
  if (!is_convertible_map(task_.from_format) || !is_convertible_map(task_.to_format))
    fail(RLV_E_UNSUPPORTED, pixel_format_name(task_.from_format), " (",
         semantic_name(from.semantic), ") cannot become ", pixel_format_name(task_.to_format),
         "; maps are converted to map_f32, map_f16 or map_u16");
  const bool is_relative =
      from.semantic == RLV_SEM_RELATIVE_INVERSE || from.semantic == RLV_SEM_CONFIDENCE;
  if (!is_relative && (task_.to_format == RLV_PF_MAP_U16 || task_.from_format == RLV_PF_MAP_U16))
    fail(RLV_E_UNSUPPORTED, "map_u16 holds 0 to 1 only, which is too little for ",
         semantic_name(from.semantic), "; use map_f16 or map_f32");
}

void Convert::plan_colour(const rlv_format& from, rlv_format& to) {
  const auto format = from.pixel_format;
  task_.from_format = format;
  task_.to_format = wanted_.value_or(format);
  task_.from = assumed_colour(from.colour, format, from.width, from.height);
  // A film that is of standard range already stays as it is.
  const auto target =
      target_ == ColourTarget::kSdr && !is_hdr(task_.from) ? ColourTarget::kSame : target_;
  const bool keeps_ycbcr = target == ColourTarget::kSdr && can_write_ycbcr(format);
  if (!wanted_ && target != ColourTarget::kSame && RLV_PIXEL_MODEL(format) != RLV_MODEL_RGB &&
      !keeps_ycbcr)
    task_.to_format = RLV_PIXEL_BITS(format) > 8 ? RLV_PF_RGB48 : RLV_PF_RGB24;
  if (is_map(task_.to_format))
    fail(RLV_E_UNSUPPORTED, "a picture of ", pixel_format_name(format), " is no ",
         pixel_format_name(task_.to_format), "; ask for rgb24, rgb48, rgbf32, grey8 or grey16");
  task_.to_display = target != ColourTarget::kSame;
  task_.to = result_colour(task_.from, format, task_.to_format, target);
  way_ = Way::kColour;
  const bool same_samples = task_.to_format == format && task_.to.matrix == task_.from.matrix &&
                            task_.to.full_range == task_.from.full_range &&
                            (!task_.to_display || ToneMap(task_.from).is_identity());
  if (same_samples)
    way_ = task_.to_display && !same_colour(task_.to, from.colour) ? Way::kName : Way::kNone;
  to.pixel_format = task_.to_format;
  if (way_ != Way::kNone) to.colour = task_.to;
  // The way must be known to exist before the run.
  if (way_ == Way::kColour) static_cast<void>(ColourConverter(host_, task_));
}

Frame Convert::convert(const Frame& frame) {
  auto info = frame.info();
  switch (way_) {
    case Way::kNone: break;
    case Way::kName: info.colour = task_.to; return share_planes(host_, frame, info);
    case Way::kMap: return convert_map(host_, frame, task_.to_format);
    case Way::kColour: return converter_->convert(frame, info);
  }
  return frame;
}

}  // namespace

rlv_node_type convert_type() {
  return make_node_type<Convert>("convert", "filter");
}

}  // namespace relievo::media
