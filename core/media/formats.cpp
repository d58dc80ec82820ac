#include "core/media/formats.hpp"

#include <array>
#include <vector>

#include "core/media/av.hpp"

namespace relievo::media {
namespace {

struct FormatPair {
  AVPixelFormat av;
  std::uint32_t own;
};

constexpr std::uint32_t ycbcr(std::uint32_t subsampling, std::uint32_t bits) {
  return RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, subsampling, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, bits, 0,
                          0);
}
constexpr std::uint32_t semiplanar(std::uint32_t subsampling, std::uint32_t bits) {
  return RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, subsampling, RLV_LAYOUT_SEMIPLANAR, RLV_SAMPLE_UINT,
                          bits, bits > 8 ? 1 : 0, 0);
}
constexpr std::uint32_t grey(std::uint32_t bits) {
  return RLV_PIXEL_FORMAT(RLV_MODEL_GREY, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, bits, 0, 0);
}
constexpr std::uint32_t planar_rgb(std::uint32_t bits) {
  return RLV_PIXEL_FORMAT(RLV_MODEL_RGB, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, bits, 0, 0);
}

// The first entry of a code is the one used on the way back. The yuvj formats are the plain ones
// with full range.
constexpr std::array kFormats{
    FormatPair{AV_PIX_FMT_YUV420P, ycbcr(RLV_SUBSAMPLING_420, 8)},
    FormatPair{AV_PIX_FMT_YUV422P, ycbcr(RLV_SUBSAMPLING_422, 8)},
    FormatPair{AV_PIX_FMT_YUV444P, ycbcr(RLV_SUBSAMPLING_444, 8)},
    FormatPair{AV_PIX_FMT_YUV440P, ycbcr(RLV_SUBSAMPLING_440, 8)},
    FormatPair{AV_PIX_FMT_YUV411P, ycbcr(RLV_SUBSAMPLING_411, 8)},
    FormatPair{AV_PIX_FMT_YUV410P, ycbcr(RLV_SUBSAMPLING_410, 8)},
    FormatPair{AV_PIX_FMT_YUVJ420P, ycbcr(RLV_SUBSAMPLING_420, 8)},
    FormatPair{AV_PIX_FMT_YUVJ422P, ycbcr(RLV_SUBSAMPLING_422, 8)},
    FormatPair{AV_PIX_FMT_YUVJ444P, ycbcr(RLV_SUBSAMPLING_444, 8)},
    FormatPair{AV_PIX_FMT_YUVJ440P, ycbcr(RLV_SUBSAMPLING_440, 8)},
    FormatPair{AV_PIX_FMT_YUVJ411P, ycbcr(RLV_SUBSAMPLING_411, 8)},
    FormatPair{AV_PIX_FMT_YUV420P9LE, ycbcr(RLV_SUBSAMPLING_420, 9)},
    FormatPair{AV_PIX_FMT_YUV422P9LE, ycbcr(RLV_SUBSAMPLING_422, 9)},
    FormatPair{AV_PIX_FMT_YUV444P9LE, ycbcr(RLV_SUBSAMPLING_444, 9)},
    FormatPair{AV_PIX_FMT_YUV420P10LE, ycbcr(RLV_SUBSAMPLING_420, 10)},
    FormatPair{AV_PIX_FMT_YUV422P10LE, ycbcr(RLV_SUBSAMPLING_422, 10)},
    FormatPair{AV_PIX_FMT_YUV444P10LE, ycbcr(RLV_SUBSAMPLING_444, 10)},
    FormatPair{AV_PIX_FMT_YUV440P10LE, ycbcr(RLV_SUBSAMPLING_440, 10)},
    FormatPair{AV_PIX_FMT_YUV420P12LE, ycbcr(RLV_SUBSAMPLING_420, 12)},
    FormatPair{AV_PIX_FMT_YUV422P12LE, ycbcr(RLV_SUBSAMPLING_422, 12)},
    FormatPair{AV_PIX_FMT_YUV444P12LE, ycbcr(RLV_SUBSAMPLING_444, 12)},
    FormatPair{AV_PIX_FMT_YUV440P12LE, ycbcr(RLV_SUBSAMPLING_440, 12)},
    FormatPair{AV_PIX_FMT_YUV420P14LE, ycbcr(RLV_SUBSAMPLING_420, 14)},
    FormatPair{AV_PIX_FMT_YUV422P14LE, ycbcr(RLV_SUBSAMPLING_422, 14)},
    FormatPair{AV_PIX_FMT_YUV444P14LE, ycbcr(RLV_SUBSAMPLING_444, 14)},
    FormatPair{AV_PIX_FMT_YUV420P16LE, ycbcr(RLV_SUBSAMPLING_420, 16)},
    FormatPair{AV_PIX_FMT_YUV422P16LE, ycbcr(RLV_SUBSAMPLING_422, 16)},
    FormatPair{AV_PIX_FMT_YUV444P16LE, ycbcr(RLV_SUBSAMPLING_444, 16)},
    FormatPair{AV_PIX_FMT_NV12, semiplanar(RLV_SUBSAMPLING_420, 8)},
    FormatPair{AV_PIX_FMT_NV16, semiplanar(RLV_SUBSAMPLING_422, 8)},
    FormatPair{AV_PIX_FMT_NV24, semiplanar(RLV_SUBSAMPLING_444, 8)},
    FormatPair{AV_PIX_FMT_P010LE, semiplanar(RLV_SUBSAMPLING_420, 10)},
    FormatPair{AV_PIX_FMT_P210LE, semiplanar(RLV_SUBSAMPLING_422, 10)},
    FormatPair{AV_PIX_FMT_P410LE, semiplanar(RLV_SUBSAMPLING_444, 10)},
    FormatPair{AV_PIX_FMT_P016LE, semiplanar(RLV_SUBSAMPLING_420, 16)},
    FormatPair{AV_PIX_FMT_GRAY8, grey(8)},
    FormatPair{AV_PIX_FMT_GRAY9LE, grey(9)},
    FormatPair{AV_PIX_FMT_GRAY10LE, grey(10)},
    FormatPair{AV_PIX_FMT_GRAY12LE, grey(12)},
    FormatPair{AV_PIX_FMT_GRAY14LE, grey(14)},
    FormatPair{AV_PIX_FMT_GRAY16LE, grey(16)},
    FormatPair{AV_PIX_FMT_RGB24, RLV_PF_RGB24},
    FormatPair{AV_PIX_FMT_RGB48LE, RLV_PF_RGB48},
    FormatPair{AV_PIX_FMT_GBRP, planar_rgb(8)},
    FormatPair{AV_PIX_FMT_GBRP9LE, planar_rgb(9)},
    FormatPair{AV_PIX_FMT_GBRP10LE, planar_rgb(10)},
    FormatPair{AV_PIX_FMT_GBRP12LE, planar_rgb(12)},
    FormatPair{AV_PIX_FMT_GBRP14LE, planar_rgb(14)},
    FormatPair{AV_PIX_FMT_GBRP16LE, planar_rgb(16)},
};

constexpr std::uint8_t kUnspecified = 2;

bool is_full_range_format(AVPixelFormat format) {
  return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P ||
         format == AV_PIX_FMT_YUVJ444P || format == AV_PIX_FMT_YUVJ440P ||
         format == AV_PIX_FMT_YUVJ411P;
}

}  // namespace

std::optional<std::uint32_t> pixel_format_of(AVPixelFormat format) {
  for (const auto& pair : kFormats)
    if (pair.av == format) return pair.own;
  return std::nullopt;
}

AVPixelFormat av_pixel_format_of(std::uint32_t pixel_format) {
  for (const auto& pair : kFormats)
    if (pair.own == pixel_format) return pair.av;
  return AV_PIX_FMT_NONE;
}

AVPixelFormat nearest_carried_format(AVPixelFormat format) {
  std::vector<AVPixelFormat> list;
  for (const auto& pair : kFormats)
    if (!is_full_range_format(pair.av)) list.push_back(pair.av);
  list.push_back(AV_PIX_FMT_NONE);
  return avcodec_find_best_pix_fmt_of_list(list.data(), format, 0, nullptr);
}

rlv_colour colour_of(const AVFrame& frame) {
  rlv_colour colour{};
  colour.primaries = static_cast<std::uint8_t>(frame.color_primaries);
  colour.transfer = static_cast<std::uint8_t>(frame.color_trc);
  colour.matrix = static_cast<std::uint8_t>(frame.colorspace);
  const auto format = static_cast<AVPixelFormat>(frame.format);
  colour.full_range = frame.color_range == AVCOL_RANGE_JPEG || is_full_range_format(format) ? 1 : 0;
  colour.chroma_location = frame.chroma_location == AVCHROMA_LOC_UNSPECIFIED
                               ? 255
                               : static_cast<std::uint8_t>(frame.chroma_location - 1);
  return colour;
}

AVChromaLocation av_chroma_location_of(const rlv_colour& colour) {
  if (colour.chroma_location > 5) return AVCHROMA_LOC_UNSPECIFIED;
  return static_cast<AVChromaLocation>(colour.chroma_location + 1);
}

void set_colour(AVFrame& frame, const rlv_colour& colour) {
  frame.color_primaries = static_cast<AVColorPrimaries>(colour.primaries);
  frame.color_trc = static_cast<AVColorTransferCharacteristic>(colour.transfer);
  frame.colorspace = static_cast<AVColorSpace>(colour.matrix);
  frame.color_range = colour.full_range != 0 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  frame.chroma_location = av_chroma_location_of(colour);
}

rlv_colour assumed_colour(const rlv_colour& colour, std::uint32_t pixel_format, std::int32_t width,
                          std::int32_t height) {
  rlv_colour assumed = colour;
  const bool rgb = RLV_PIXEL_MODEL(pixel_format) == RLV_MODEL_RGB;
  const bool standard_definition = width <= 1024 && height <= 576;
  if (rgb) {
    assumed.matrix = 0;
    assumed.full_range = 1;
  } else if (assumed.matrix == kUnspecified || assumed.matrix == 0) {
    assumed.matrix = standard_definition ? 6 : 1;
  }
  if (assumed.primaries == kUnspecified || assumed.primaries == 0)
    assumed.primaries = standard_definition && !rgb ? 6 : 1;
  if (assumed.transfer == kUnspecified || assumed.transfer == 0) assumed.transfer = rgb ? 13 : 1;
  return assumed;
}

bool is_hdr(const rlv_colour& colour) {
  return colour.transfer == AVCOL_TRC_SMPTE2084 || colour.transfer == AVCOL_TRC_ARIB_STD_B67;
}

}  // namespace relievo::media
