#include <relievo/sdk/pixel_format.hpp>

#include <functional>
#include <map>

#include <relievo/sdk/error.hpp>

namespace relievo {
namespace {

struct Name {
  std::uint32_t value;
  std::string_view text;
};

constexpr std::array kSemantics{
    Name{RLV_SEM_COLOUR, "colour"},
    Name{RLV_SEM_METRES, "metres"},
    Name{RLV_SEM_INVERSE_METRES, "inverse_metres"},
    Name{RLV_SEM_RELATIVE_INVERSE, "relative_inverse"},
    Name{RLV_SEM_DISPARITY_PX, "disparity_px"},
    Name{RLV_SEM_FLOW, "flow"},
    Name{RLV_SEM_CONFIDENCE, "confidence"},
};

// The parts that names are made of; every name is a model with sub-sampling, a layout and a depth.
constexpr std::array<std::string_view, 6> kSubsamplings{"444", "422", "420", "440", "411", "410"};
constexpr std::array kDepths{8u, 9u, 10u, 12u, 14u, 16u, 32u};

std::string bits_suffix(std::uint32_t bits) {
  return bits == 8 ? "" : std::to_string(bits);
}

std::string ycbcr_name(std::uint32_t format) {
  const auto bits = RLV_PIXEL_BITS(format);
  const std::string subsampling(kSubsamplings.at(RLV_PIXEL_SUBSAMPLING(format)));
  if (RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_SEMIPLANAR) {
    static constexpr std::array<std::string_view, 3> kNv{"nv24", "nv16", "nv12"};
    static constexpr std::array<std::string_view, 3> kP{"p4", "p2", "p0"};
    const auto index = RLV_PIXEL_SUBSAMPLING(format);
    if (bits == 8) return std::string(kNv.at(index));
    return std::string(kP.at(index)) + std::to_string(bits);
  }
  const std::string alpha = RLV_PIXEL_ALPHA(format) != 0 ? "yuva" : "yuv";
  return alpha + subsampling + "p" + bits_suffix(bits);
}

std::string rgb_name(std::uint32_t format) {
  const bool alpha = RLV_PIXEL_ALPHA(format) != 0;
  const auto bits = RLV_PIXEL_BITS(format);
  if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT) {
    const std::string layout = RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_PLANAR ? "p" : "";
    return (alpha ? "rgba" : "rgb") + layout + "f" + std::to_string(bits);
  }
  if (RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_PLANAR)
    return (alpha ? "rgbap" : "rgbp") + bits_suffix(bits);
  return (alpha ? "rgba" : "rgb") + std::to_string(bits * (alpha ? 4 : 3));
}

// P010 and its kin keep their bits at the top of the storage; no other format does.
bool has_high_bits(std::uint32_t layout, std::uint32_t bits) {
  return layout == RLV_LAYOUT_SEMIPLANAR && bits > 8;
}

std::uint32_t storage_bits(std::uint32_t bits) {
  return bits <= 8 ? 8 : bits <= 16 ? 16 : 32;
}

// Every combination of parts that makes a format, by name: built from pixel_format_name(), so that
// the two directions cannot disagree.
std::map<std::string, std::uint32_t, std::less<>> all_formats() {
  std::map<std::string, std::uint32_t, std::less<>> table;
  for (std::uint32_t model = RLV_MODEL_GREY; model <= RLV_MODEL_MAP2; ++model)
    for (std::uint32_t layout = 0; layout <= RLV_LAYOUT_INTERLEAVED; ++layout)
      for (std::uint32_t subsampling = 0; subsampling < kSubsamplings.size(); ++subsampling)
        for (std::uint32_t sample = 0; sample <= RLV_SAMPLE_FLOAT; ++sample)
          for (const auto bits : kDepths)
            for (std::uint32_t alpha = 0; alpha <= 1; ++alpha) {
              const std::uint32_t high = has_high_bits(layout, bits) ? 1 : 0;
              const auto format =
                  RLV_PIXEL_FORMAT(model, subsampling, layout, sample, bits, high, alpha);
              if (is_valid_pixel_format(format)) table.emplace(pixel_format_name(format), format);
            }
  return table;
}

}  // namespace

std::int64_t PictureLayout::bytes() const {
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < plane_count; ++i) sum += planes[i].row_bytes() * planes[i].height;
  return sum;
}

ChromaShift chroma_shift(std::uint32_t pixel_format) {
  switch (RLV_PIXEL_SUBSAMPLING(pixel_format)) {
    case RLV_SUBSAMPLING_422: return {1, 0};
    case RLV_SUBSAMPLING_420: return {1, 1};
    case RLV_SUBSAMPLING_440: return {0, 1};
    case RLV_SUBSAMPLING_411: return {2, 0};
    case RLV_SUBSAMPLING_410: return {2, 2};
    default: return {0, 0};
  }
}

bool is_valid_pixel_format(std::uint32_t format) {
  const auto model = RLV_PIXEL_MODEL(format);
  const auto layout = RLV_PIXEL_LAYOUT(format);
  const auto bits = RLV_PIXEL_BITS(format);
  const bool is_float = RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT;
  if (model < RLV_MODEL_GREY || model > RLV_MODEL_MAP2) return false;
  if (layout > RLV_LAYOUT_INTERLEAVED || RLV_PIXEL_SAMPLE(format) > RLV_SAMPLE_FLOAT) return false;
  if (RLV_PIXEL_SUBSAMPLING(format) > RLV_SUBSAMPLING_410 || (format >> 26U) != 0) return false;
  if ((RLV_PIXEL_HIGH(format) != 0) != has_high_bits(layout, bits)) return false;
  if (is_float ? (bits != 16 && bits != 32) : (bits < 8 || bits > 16)) return false;
  if (model != RLV_MODEL_YCBCR && RLV_PIXEL_SUBSAMPLING(format) != 0) return false;
  if (layout == RLV_LAYOUT_SEMIPLANAR)
    return model == RLV_MODEL_YCBCR && RLV_PIXEL_SUBSAMPLING(format) <= RLV_SUBSAMPLING_420 &&
           RLV_PIXEL_ALPHA(format) == 0;
  if (model == RLV_MODEL_MAP2 && layout != RLV_LAYOUT_INTERLEAVED) return false;
  if (layout == RLV_LAYOUT_INTERLEAVED)
    return model != RLV_MODEL_GREY && model != RLV_MODEL_MAP1 && RLV_PIXEL_SUBSAMPLING(format) == 0;
  return true;
}

PictureLayout picture_layout(std::uint32_t format, std::int32_t width, std::int32_t height) {
  if (!is_valid_pixel_format(format))
    fail(RLV_E_ARGUMENT, "pixel format code ", format, " is not known");
  if (width < 1 || height < 1)
    fail(RLV_E_ARGUMENT, "picture size ", width, "x", height, " is empty");
  const auto model = RLV_PIXEL_MODEL(format);
  const std::int32_t components = model == RLV_MODEL_YCBCR || model == RLV_MODEL_RGB ? 3
                                  : model == RLV_MODEL_MAP2                          ? 2
                                                                                     : 1;
  const std::int32_t all = components + static_cast<std::int32_t>(RLV_PIXEL_ALPHA(format));
  const bool is_float = RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT;
  const DLDataType type{static_cast<std::uint8_t>(is_float ? kDLFloat : kDLUInt),
                        static_cast<std::uint8_t>(storage_bits(RLV_PIXEL_BITS(format))), 1};

  PictureLayout layout;
  if (RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_INTERLEAVED) {
    layout.plane_count = 1;
    layout.planes[0] = {width, height, all, type};
    return layout;
  }
  const auto shift = chroma_shift(format);
  const std::int32_t chroma_width = (width + (1 << shift.x) - 1) >> shift.x;
  const std::int32_t chroma_height = (height + (1 << shift.y) - 1) >> shift.y;
  layout.planes[0] = {width, height, 1, type};
  if (RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_SEMIPLANAR) {
    layout.plane_count = 2;
    layout.planes[1] = {chroma_width, chroma_height, 2, type};
    return layout;
  }
  layout.plane_count = static_cast<std::uint32_t>(all);
  for (std::int32_t i = 1; i < all; ++i) {
    const bool chroma = model == RLV_MODEL_YCBCR && i < components;
    layout.planes.at(static_cast<std::size_t>(i)) = {chroma ? chroma_width : width,
                                                     chroma ? chroma_height : height, 1, type};
  }
  return layout;
}

std::string pixel_format_name(std::uint32_t format) {
  if (!is_valid_pixel_format(format)) return "none";
  const auto bits = RLV_PIXEL_BITS(format);
  const std::string sample =
      (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT ? "f" : "u") + std::to_string(bits);
  switch (RLV_PIXEL_MODEL(format)) {
    case RLV_MODEL_YCBCR: return ycbcr_name(format);
    case RLV_MODEL_RGB: return rgb_name(format);
    case RLV_MODEL_GREY:
      return RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT ? "grey_" + sample
                                                          : "grey" + std::to_string(bits);
    case RLV_MODEL_MAP1: return "map_" + sample;
    default: return "flow_" + sample;
  }
}

std::optional<std::uint32_t> pixel_format_from_name(std::string_view name) {
  static const auto* const table =
      new std::map<std::string, std::uint32_t, std::less<>>(all_formats());
  const auto found = table->find(name);
  if (found == table->end()) return std::nullopt;
  return found->second;
}

std::string semantic_name(std::uint32_t semantic) {
  for (const auto& entry : kSemantics)
    if (entry.value == semantic) return std::string(entry.text);
  return "unknown";
}

std::optional<std::uint32_t> semantic_from_name(std::string_view name) {
  for (const auto& entry : kSemantics)
    if (entry.text == name) return entry.value;
  return std::nullopt;
}

bool is_depth(std::uint32_t semantic) {
  return semantic >= RLV_SEM_METRES && semantic <= RLV_SEM_DISPARITY_PX;
}

}  // namespace relievo
