// One opened video encoder: pictures in, packets with exact times out.
#pragma once

#include <cstdint>
#include <string>

#include <relievo/plugin.h>

#include "core/media/av.hpp"
#include "core/media/write/encoder_choice.hpp"
#include "core/media/write/frame_times.hpp"
#include "core/media/write/hdr10.hpp"

namespace relievo::media {

// What the encoder is opened for.
struct EncoderSetup {
  int width = 0;
  int height = 0;
  AVRational sar{0, 1};
  AVRational rate{0, 1};  // nominal; 0 unknown
  AVRational timebase{1, 1};
  rlv_colour colour{};  // of the encoded picture, nothing unspecified that can be known
  Hdr10 hdr;
  unsigned threads = 1;
};

// Not thread-safe.
class VideoEncoder {
 public:
  // Opens it; throws RLV_E_CONFIG (pictures or settings that it refuses beyond what
  // encoder_scales.hpp knows), RLV_E_UNSUPPORTED or RLV_E_DEVICE (not there, or not for such
  // pictures), with libav's own reason.
  VideoEncoder(const AVCodec& encoder, AVPixelFormat format, const EncoderWish& wish,
               const EncoderSetup& setup);

  // Takes one picture of the format and size; times in ticks of the timebase, pts rising. May block
  // while the encoder is busy.
  void send(AVFrame& picture, std::int64_t pts, std::int64_t duration);
  // No more pictures come.
  void flush();
  // The next packet in decoding order, times in ticks; false if the encoder wants more pictures, or
  // after flush() has no more. May block for as long as one picture takes.
  bool receive(AVPacket& packet);

  [[nodiscard]] const AVCodecContext& context() const { return *context_; }
  [[nodiscard]] const char* name() const { return context_->codec->name; }

 private:
  CodecPtr context_;
  FrameTimes times_;
};

}  // namespace relievo::media
