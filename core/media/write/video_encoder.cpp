#include "core/media/write/video_encoder.hpp"

#include <algorithm>

#include "core/media/av_log.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/encoder_options.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

// A rate that rate control and the bit stream can say; unknown or absurd ones count as 25.
AVRational sane_rate(AVRational rate) {
  if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > 1000.0 || av_q2d(rate) < 0.01)
    return {25, 1};
  return rate;
}

std::int64_t usual_step(const EncoderSetup& setup) {
  return std::max<std::int64_t>(1,
                                av_rescale_q(1, av_inv_q(sane_rate(setup.rate)), setup.timebase));
}

}  // namespace

VideoEncoder::VideoEncoder(const AVCodec& encoder, AVPixelFormat format, const EncoderWish& wish,
                           const EncoderSetup& setup)
    : context_(check_alloc(avcodec_alloc_context3(&encoder))), times_(usual_step(setup)) {
  auto& c = *context_;
  c.width = setup.width;
  c.height = setup.height;
  c.pix_fmt = format;
  c.sample_aspect_ratio = setup.sar;
  c.framerate = sane_rate(setup.rate);
  c.time_base = av_inv_q(c.framerate);
  c.color_primaries = static_cast<AVColorPrimaries>(setup.colour.primaries);
  c.color_trc = static_cast<AVColorTransferCharacteristic>(setup.colour.transfer);
  c.colorspace = static_cast<AVColorSpace>(setup.colour.matrix);
  c.color_range = setup.colour.full_range != 0 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  c.chroma_sample_location = av_chroma_location_of(setup.colour);

  Dictionary options;
  set_encoder_options(c, options, wish, setup.hdr, setup.threads);
  static_cast<void>(take_av_error_line());
  const int result = avcodec_open2(&c, &encoder, options.address());
  if (result < 0) {
    const auto reason = take_av_error_line();
    fail(is_hardware(encoder) ? RLV_E_DEVICE : RLV_E_CONFIG, "the encoder '", encoder.name,
         "' does not open for ", setup.width, " x ", setup.height, " ", av_get_pix_fmt_name(format),
         wish.preset.empty() ? "" : ", preset '", wish.preset, wish.preset.empty() ? "" : "'", ": ",
         reason.empty() ? av_error_text(result) : reason);
  }
}

void VideoEncoder::send(AVFrame& picture, std::int64_t pts, std::int64_t duration) {
  picture.pts = times_.add(pts, duration);
  picture.pict_type = AV_PICTURE_TYPE_NONE;
  const int result = avcodec_send_frame(context_.get(), &picture);
  if (result < 0)
    fail(RLV_E_INTERNAL, "the encoder '", name(), "' failed on frame ", picture.pts, ": ",
         av_error_text(result));
}

void VideoEncoder::flush() {
  const int result = avcodec_send_frame(context_.get(), nullptr);
  if (result < 0 && result != AVERROR_EOF)
    fail(RLV_E_INTERNAL, "the encoder '", name(), "' cannot finish: ", av_error_text(result));
}

bool VideoEncoder::receive(AVPacket& packet) {
  const int result = avcodec_receive_packet(context_.get(), &packet);
  if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return false;
  if (result < 0)
    fail(RLV_E_INTERNAL, "the encoder '", name(), "' failed: ", av_error_text(result));
  const auto dts = packet.dts == AV_NOPTS_VALUE ? packet.pts : packet.dts;
  const auto times = times_.take(packet.pts, dts);
  packet.pts = times.pts;
  packet.dts = times.dts;
  packet.duration = times.duration;
  return true;
}

}  // namespace relievo::media
