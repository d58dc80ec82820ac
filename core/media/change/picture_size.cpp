#include "core/media/change/picture_size.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

extern "C" {
#include <libavutil/rational.h>
}

namespace relievo::media {
namespace {

// value * a / b, rounded, at least 1.
std::int32_t in_proportion(std::int32_t value, std::int32_t a, std::int32_t b) {
  const auto exact = static_cast<double>(value) * a / b;
  return std::max<std::int32_t>(1, static_cast<std::int32_t>(std::lround(exact)));
}

}  // namespace

PictureSize scaled_size(const PictureSize& from, std::int32_t width, std::int32_t height,
                        bool upscale) {
  PictureSize to = from;
  if (width == 0 && height == 0) return to;
  if (width != 0 && height != 0) {
    to.width = upscale ? width : std::min(width, from.width);
    to.height = upscale ? height : std::min(height, from.height);
  } else if (height != 0) {
    if (!upscale && height >= from.height) return to;
    to.height = height;
    to.width = in_proportion(from.width, height, from.height);
  } else {
    if (!upscale && width >= from.width) return to;
    to.width = width;
    to.height = in_proportion(from.height, width, from.width);
  }
  // What rounding to whole pixels does to the shape is not worth a sample aspect ratio.
  const auto fitting = in_proportion(from.width, to.height, from.height);
  if (std::abs(to.width - fitting) <= 1 ||
      std::abs(to.height - in_proportion(from.height, to.width, from.width)) <= 1)
    return to;
  const bool known = from.sar_num > 0 && from.sar_den > 0;
  av_reduce(&to.sar_num, &to.sar_den,
            std::int64_t{known ? from.sar_num : 1} * from.width * to.height,
            std::int64_t{known ? from.sar_den : 1} * from.height * to.width, 1 << 30);
  return to;
}

PictureSize fitted_size(const PictureSize& from, std::int32_t width, std::int32_t height) {
  auto to = from;
  if (width > 0 && to.width > width) to = scaled_size(to, width, 0, false);
  // From the original: rounding twice would bend the shape.
  if (height > 0 && to.height > height) to = scaled_size(from, 0, height, false);
  return to;
}

}  // namespace relievo::media
