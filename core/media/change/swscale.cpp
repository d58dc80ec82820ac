#include "core/media/change/swscale.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include "core/media/formats.hpp"

namespace relievo::media {
namespace {

// The yuvj formats are the plain ones; their range is said apart.
AVPixelFormat plain_format(int format) {
  const auto own = pixel_format_of(static_cast<AVPixelFormat>(format));
  return own ? av_pixel_format_of(*own) : static_cast<AVPixelFormat>(format);
}

bool is_rgb(AVPixelFormat format) {
  const auto* descriptor = av_pix_fmt_desc_get(format);
  return descriptor != nullptr &&
         (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

rlv_colour full_description(const AVFrame& picture) {
  const auto format = static_cast<AVPixelFormat>(picture.format);
  const auto own = pixel_format_of(format).value_or(is_rgb(format) ? RLV_PF_RGB24 : RLV_PF_YUV420P);
  return assumed_colour(colour_of(picture), own, picture.width, picture.height);
}

// Where chroma lies, in 1/256 of a luma sample from the first one's centre: H.265 figure E.1.
// Unspecified is read as MPEG-2's "left", which is what decoders of 4:2:0 assume.
struct ChromaPosition {
  int x;
  int y;
};
ChromaPosition chroma_position(std::uint8_t location) {
  switch (location) {
    case 1: return {128, 128};
    case 2: return {0, 0};
    case 3: return {128, 0};
    case 4: return {0, 256};
    case 5: return {128, 256};
    default: return {0, 128};
  }
}

void set_option(SwsContext& context, const char* name, std::int64_t value) {
  check_av(av_opt_set_int(&context, name, value, 0), RLV_E_INTERNAL, "libswscale's option ", name);
}

void set_chroma(SwsContext& context, AVPixelFormat format, std::uint8_t location, const char* x,
                const char* y) {
  const auto* descriptor = av_pix_fmt_desc_get(format);
  if (descriptor == nullptr || (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0) return;
  const auto position = chroma_position(location);
  if (descriptor->log2_chroma_w != 0) set_option(context, x, position.x);
  if (descriptor->log2_chroma_h != 0) set_option(context, y, position.y);
}

const char* name_of(AVPixelFormat format) {
  const char* name = av_get_pix_fmt_name(format);
  return name == nullptr ? "unknown" : name;
}

const int* coefficients(std::uint8_t matrix) {
  switch (matrix) {
    case 1: return sws_getCoefficients(SWS_CS_ITU709);
    case 4: return sws_getCoefficients(SWS_CS_FCC);
    case 7: return sws_getCoefficients(SWS_CS_SMPTE240M);
    case 9:
    case 10: return sws_getCoefficients(SWS_CS_BT2020);
    default: return sws_getCoefficients(SWS_CS_ITU601);
  }
}

// Before version 7 libswscale does not read NV16: the same samples with a plane for each chroma.
AvFramePtr split_chroma(const AVFrame& in) {
  auto split = make_av_frame();
  split->format = AV_PIX_FMT_YUV422P;
  split->width = in.width;
  split->height = in.height;
  check_av(av_frame_get_buffer(split.get(), 0), RLV_E_MEMORY, "no memory for a picture");
  check_av(av_frame_copy_props(split.get(), &in), RLV_E_MEMORY, "copying a picture");
  for (int y = 0; y < in.height; ++y) {
    const auto* luma = in.data[0] + std::ptrdiff_t{in.linesize[0]} * y;
    std::copy_n(luma, in.width, split->data[0] + std::ptrdiff_t{split->linesize[0]} * y);
    const auto* both = in.data[1] + std::ptrdiff_t{in.linesize[1]} * y;
    auto* cb = split->data[1] + std::ptrdiff_t{split->linesize[1]} * y;
    auto* cr = split->data[2] + std::ptrdiff_t{split->linesize[2]} * y;
    for (int x = 0; x < (in.width + 1) / 2; ++x) {
      cb[x] = both[2 * x];
      cr[x] = both[2 * x + 1];
    }
  }
  return split;
}

bool needs_split(AVPixelFormat format) {
  return format == AV_PIX_FMT_NV16 && sws_isSupportedInput(format) == 0;
}

}  // namespace

bool PictureScaler::can_read(AVPixelFormat format) {
  return format != AV_PIX_FMT_NONE && (sws_isSupportedInput(format) != 0 || needs_split(format));
}

bool PictureScaler::can_write(AVPixelFormat format) {
  return format != AV_PIX_FMT_NONE && sws_isSupportedOutput(format) != 0;
}

void PictureScaler::prepare(const AVFrame& in, const AVFrame& out) {
  const auto from = plain_format(in.format);
  const auto to = plain_format(out.format);
  const auto from_colour = full_description(in);
  auto to_colour = full_description(out);
  // libswscale works out of RGB on one side with the matrix of the other.
  if (is_rgb(to)) to_colour.matrix = from_colour.matrix;
  const Key key{from,
                in.width,
                in.height,
                from_colour.matrix,
                from_colour.full_range,
                from_colour.chroma_location,
                to,
                out.width,
                out.height,
                to_colour.matrix,
                to_colour.full_range,
                to_colour.chroma_location};
  if (context_ && key == key_) return;
  if (!can_read(from) || !can_write(to))
    fail(RLV_E_UNSUPPORTED, "pictures cannot be converted from ", name_of(from), " to ",
         name_of(to));
  context_.reset(check_alloc(sws_alloc_context()));
  auto& context = *context_;
  set_option(context, "srcw", in.width);
  set_option(context, "srch", in.height);
  set_option(context, "src_format", from);
  set_option(context, "dstw", out.width);
  set_option(context, "dsth", out.height);
  set_option(context, "dst_format", to);
  set_option(context, "src_range", from_colour.full_range);
  set_option(context, "dst_range", to_colour.full_range);
  set_option(context, "threads", threads_);
  set_option(context, "sws_flags",
             filter_ | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP);
  set_chroma(context, from, from_colour.chroma_location, "src_h_chr_pos", "src_v_chr_pos");
  set_chroma(context, to, to_colour.chroma_location, "dst_h_chr_pos", "dst_v_chr_pos");
  check_av(sws_init_context(&context, nullptr, nullptr), RLV_E_UNSUPPORTED, "converting ",
           name_of(from), " ", in.width, "x", in.height, " to ", name_of(to), " ", out.width, "x",
           out.height);
  constexpr int kOne = 1 << 16;
  const auto from_matrix = is_rgb(from) ? to_colour.matrix : from_colour.matrix;
  // Grey formats refuse the call and need it not.
  static_cast<void>(sws_setColorspaceDetails(&context, coefficients(from_matrix),
                                             from_colour.full_range, coefficients(to_colour.matrix),
                                             to_colour.full_range, 0, kOne, kOne));
  key_ = key;
}

void PictureScaler::scale(const AVFrame& in, AVFrame& out) {
  if (needs_split(static_cast<AVPixelFormat>(in.format))) return scale(*split_chroma(in), out);
  prepare(in, out);
  // A picture that says yuvj420p would be a surprise for a context of yuv420p.
  AvFramePtr plain(check_alloc(av_frame_clone(&in)));
  plain->format = plain_format(in.format);
  check_av(sws_scale_frame(context_.get(), &out, plain.get()), RLV_E_INTERNAL, "scaling a picture");
}

}  // namespace relievo::media
