// The size that a picture is scaled to.
#pragma once

#include <cstdint>

namespace relievo::media {

struct PictureSize {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t sar_num = 0;  // sample aspect ratio; 0 : 1 unknown
  std::int32_t sar_den = 1;
};

// width or height 0 follows the other one, both 0 keep the size. Without upscale each side stays
// where it would grow. The shape of the picture as shown is kept: by the sample aspect ratio, if
// both sides are given and do not fit.
[[nodiscard]] PictureSize scaled_size(const PictureSize& from, std::int32_t width,
                                      std::int32_t height, bool upscale);

// The largest size of the same shape that is no larger than from and lies within width x height
// (0: any).
[[nodiscard]] PictureSize fitted_size(const PictureSize& from, std::int32_t width,
                                      std::int32_t height);

}  // namespace relievo::media
