// What each encoder takes for its speed preset and its quality, told before it is opened: libav
// finds out late, and says it in words for its developers.
#pragma once

#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// "" if the encoder takes preset (empty: this program's default); otherwise what it takes instead:
// "libx265 takes ultrafast, superfast ...".
[[nodiscard]] std::string wrong_preset(const AVCodec& encoder, const std::string& preset);

// The same for a constant quality in the encoder's scale, 0 for this program's default.
[[nodiscard]] std::string wrong_quality(const AVCodec& encoder, double quality);

// Writes what it is given without loss: preset and quality mean nothing to it.
[[nodiscard]] bool is_lossless(const AVCodec& encoder);

}  // namespace relievo::media
