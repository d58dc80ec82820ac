#include "core/media/write/still_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string_view>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "core/media/av_log.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/picture_convert.hpp"

namespace relievo::media {
namespace {

constexpr std::uint8_t kBt601 = 6;
constexpr std::uint8_t kSrgbTransfer = 13;
constexpr double kWebpQuality = 92;
constexpr double kJpegQuality = 2;

bool is(const Container& container, std::string_view encoder) {
  return encoder == container.muxer;
}

// How the file's samples relate to light: JPEG and WebP know one matrix only, BT.601's (JFIF,
// RFC 9649).
rlv_colour still_colour(const Container& container, rlv_colour colour) {
  if (is(container, "mjpeg") || is(container, "libwebp")) {
    colour.matrix = kBt601;
    colour.full_range = is(container, "mjpeg") ? 1 : 0;
  } else {
    colour.matrix = 0;
    colour.full_range = 1;
  }
  // A picture file is shown as it is: what was made for a television's curve is tagged as the sRGB
  // that viewers assume; PQ and HLG keep their names.
  if (!is_hdr(colour)) colour.transfer = kSrgbTransfer;
  return colour;
}

AvFramePtr converted(const AVFrame& picture, AVPixelFormat format, const rlv_colour& colour,
                     unsigned threads) {
  auto result = make_av_frame();
  result->format = format;
  result->width = picture.width;
  result->height = picture.height;
  check_av(av_frame_get_buffer(result.get(), 0), RLV_E_MEMORY, "no memory for a picture");
  const auto from = static_cast<AVPixelFormat>(picture.format);
  PictureConverter(picture.width, picture.height, from, colour_of(picture), format, colour, threads)
      .convert(picture, *result);
  check_av(av_frame_copy_props(result.get(), &picture), RLV_E_MEMORY, "copying a picture");
  set_colour(*result, colour);
  return result;
}

void write_file(const AVPacket& packet, const std::filesystem::path& file) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(packet.data), packet.size);
  out.close();
  if (!out)
    fail(RLV_E_IO, "'", file.string(),
         "' cannot be written: ", errno != 0 ? std::strerror(errno) : "the disk takes no more");
}

}  // namespace

AVPixelFormat still_format(const Container& container, AVPixelFormat format) {
  const auto* d = av_pix_fmt_desc_get(format);
  const bool deep = d->comp[0].depth > 8;
  const bool grey = d->nb_components < 3;
  if (is(container, "mjpeg")) {
    if (grey || (d->flags & AV_PIX_FMT_FLAG_RGB) != 0 || d->log2_chroma_w == 0)
      return AV_PIX_FMT_YUVJ444P;
    return d->log2_chroma_h == 0 ? AV_PIX_FMT_YUVJ422P : AV_PIX_FMT_YUVJ420P;
  }
  if (is(container, "libwebp")) return AV_PIX_FMT_YUV420P;
  const bool png = is(container, "png");
  if (grey) return !deep ? AV_PIX_FMT_GRAY8 : png ? AV_PIX_FMT_GRAY16BE : AV_PIX_FMT_GRAY16LE;
  return !deep ? AV_PIX_FMT_RGB24 : png ? AV_PIX_FMT_RGB48BE : AV_PIX_FMT_RGB48LE;
}

void write_still(const AVFrame& picture, const Container& container,
                 const std::filesystem::path& file, double quality, unsigned threads) {
  const auto* encoder = avcodec_find_encoder_by_name(container.muxer);
  if (encoder == nullptr)
    fail(RLV_E_UNSUPPORTED, "this FFmpeg cannot write ", container.ending, "; use .png");
  const auto format = still_format(container, static_cast<AVPixelFormat>(picture.format));
  const auto colour = still_colour(container, colour_of(picture));
  const auto ready = converted(picture, format, colour, threads);

  CodecPtr context(check_alloc(avcodec_alloc_context3(encoder)));
  auto& c = *context;
  c.width = picture.width;
  c.height = picture.height;
  c.pix_fmt = format;
  c.time_base = {1, 25};
  c.sample_aspect_ratio = picture.sample_aspect_ratio;
  c.color_primaries = ready->color_primaries;
  c.color_trc = ready->color_trc;
  c.colorspace = ready->colorspace;
  c.color_range = ready->color_range;
  Dictionary options;
  if (is(container, "mjpeg")) {
    c.flags |= AV_CODEC_FLAG_QSCALE;
    const double q = quality > 0 ? std::clamp(quality, 1.0, 31.0) : kJpegQuality;
    c.global_quality = static_cast<int>(std::lround(q * FF_QP2LAMBDA));
    ready->quality = c.global_quality;
  }
  if (is(container, "libwebp"))
    options.set("quality", std::to_string(quality > 0 ? std::min(quality, 100.0) : kWebpQuality));
  if (is(container, "tiff")) options.set("compression_algo", "lzw");

  static_cast<void>(take_av_error_line());
  const auto check = [&](int result) {
    if (result >= 0) return;
    const auto reason = take_av_error_line();
    fail(RLV_E_UNSUPPORTED, "a picture of ", c.width, " x ", c.height, " cannot be written as ",
         container.ending, ": ", reason.empty() ? av_error_text(result) : reason);
  };
  check(avcodec_open2(&c, encoder, options.address()));
  check(avcodec_send_frame(&c, ready.get()));
  check(avcodec_send_frame(&c, nullptr));
  const auto packet = make_packet();
  check(avcodec_receive_packet(&c, packet.get()));
  write_file(*packet, file);
}

}  // namespace relievo::media
