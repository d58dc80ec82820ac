// Which encoder writes the film, and which pixel format it gets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/media/av.hpp"

namespace relievo::media {

// What the sink's parameters ask of the encoder.
struct EncoderWish {
  std::string codec;            // "hevc", "h264", "av1", "ffv1"
  std::string encoder;          // libavcodec's name, or "auto"
  std::string chroma = "auto";  // "auto" (the source's), "420", "422", "444"
  int bit_depth = 0;            // 0 follows the source
  double quality = 0.0;         // 0: the codec's default
  double max_bitrate = 0.0;     // Mbit/s over a second; 0: none
  std::string preset;           // empty: this program's default
};

// What arrives.
struct EncoderInput {
  AVPixelFormat format = AV_PIX_FMT_NONE;
  bool is_map = false;  // depth shown in grey or colours: no pixel format of its own
  bool is_grey = false;
};

[[nodiscard]] AVCodecID codec_id_of(const std::string& codec);

// Encoders to try in turn, best first: the named one, or with "auto" the platform's that take the
// wished preset and quality. Throws RLV_E_CONFIG if the named one does not exist here or writes
// another codec, or if none takes them; RLV_E_UNSUPPORTED if libavcodec has none for the codec.
[[nodiscard]] std::vector<const AVCodec*> encoder_candidates(const EncoderWish& wish);
// Runs on a device of its own, so that only opening it tells whether it is there.
[[nodiscard]] bool is_hardware(const AVCodec& encoder);

// The format of the encoder that is nearest to the input: the wished depth, or the input's (above
// 10 bits only where wished, or lossless: players stop there); the wished or the input's chroma;
// the same storage if there is a choice. RGB and grey become 4:2:0 unless the codec is lossless.
// Throws RLV_E_CONFIG if the encoder cannot meet a wish, RLV_E_UNSUPPORTED if it takes no such
// pictures.
[[nodiscard]] AVPixelFormat choose_pixel_format(const AVCodec& encoder, const EncoderWish& wish,
                                                const EncoderInput& input);

}  // namespace relievo::media
