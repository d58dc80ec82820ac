// What each encoder wants to be told, in its own words: quality, speed, threads, HDR.
#pragma once

#include "core/media/av.hpp"
#include "core/media/write/encoder_choice.hpp"
#include "core/media/write/hdr10.hpp"

namespace relievo::media {

// Sets context's fields and fills options for avcodec_open2(). context must have its codec, size,
// format, colours and frame rate. threads: what the encoder may keep busy.
void set_encoder_options(AVCodecContext& context, Dictionary& options, const EncoderWish& wish,
                         const Hdr10& hdr, unsigned threads);

// Whether the encoder keeps to EncoderWish::max_bitrate.
[[nodiscard]] bool holds_bitrate(const AVCodec& encoder);

// The constant quality used where the wish says 0, in the encoder's own scale; for messages and
// docs.
[[nodiscard]] double default_quality(const AVCodec& encoder);

}  // namespace relievo::media
