// Another pixel format for a picture of the same size, by swscale. Only where an encoder cannot
// take what arrives.
#pragma once

#include <relievo/plugin.h>

#include "core/media/av.hpp"

namespace relievo::media {

// Not thread-safe.
class PictureConverter {
 public:
  // Sizes and formats of both sides are fixed; colours say matrix and range of each side (primaries
  // and transfer stay as they are). threads: at least 1. Throws RLV_E_UNSUPPORTED.
  PictureConverter(int width, int height, AVPixelFormat from, const rlv_colour& from_colour,
                   AVPixelFormat to, const rlv_colour& to_colour, unsigned threads);

  // to: writable, of the format given above.
  void convert(const AVFrame& from, AVFrame& to);

 private:
  SwsPtr context_;
};

}  // namespace relievo::media
