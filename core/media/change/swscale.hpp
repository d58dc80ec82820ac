// libswscale with everything said that it would otherwise guess: matrix, range, chroma location.
#pragma once

#include <array>
#include <cstdint>

#include "core/media/av.hpp"

namespace relievo::media {

// Converts pictures between sizes and pixel formats; transfer and primaries stay as they are. One
// thread at a time; libswscale splits each picture among threads of its own.
class PictureScaler {
 public:
  // filter is one of libswscale's SWS_AREA, SWS_BILINEAR, SWS_BICUBIC, SWS_LANCZOS.
  PictureScaler(int filter, std::uint32_t threads) : filter_(filter), threads_(threads) {}

  // Formats that scale() takes as in and as out.
  [[nodiscard]] static bool can_read(AVPixelFormat format);
  [[nodiscard]] static bool can_write(AVPixelFormat format);

  // From in to out, whose format, size, colour and buffers are set. The two colour descriptions
  // say matrix, range and chroma location; where they are unspecified, what players assume is
  // taken. Throws RLV_E_UNSUPPORTED if libswscale cannot do it.
  void scale(const AVFrame& in, AVFrame& out);

 private:
  // What a context was made for: format, width, height, matrix, range, chroma location of both.
  using Key = std::array<int, 12>;
  void prepare(const AVFrame& in, const AVFrame& out);

  const int filter_;
  const std::uint32_t threads_;
  Key key_{};
  SwsPtr context_;
};

}  // namespace relievo::media
