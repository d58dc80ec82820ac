// How much memory an encoder takes, so that a run can be refused before it ends in the middle.
#pragma once

#include <cstdint>

#include "core/media/av.hpp"
#include "core/media/write/encoder_choice.hpp"

namespace relievo::media {

// An upper bound in bytes for encoder, its muxer and the pictures around them, once the look-ahead
// is full. width and height: of the encoded picture.
[[nodiscard]] std::uint64_t encoder_memory(const AVCodec& encoder, const EncoderWish& wish,
                                           AVPixelFormat format, int width, int height,
                                           unsigned threads);

}  // namespace relievo::media
