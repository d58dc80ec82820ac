#include "plugins/common/tracking/grey_picture.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::tracking {
namespace {

// The first plane with its first channels; nothing is copied where no samples lie between them.
template <class T>
cv::Mat first_plane(const Frame& frame, int depth, int channels) {
  const auto info = frame.info();
  const auto plane = frame.plane<const T>(0);
  const auto stride = static_cast<int>(plane.pixel_stride);
  const cv::Mat all(std::min(info.height, plane.height), std::min(info.width, plane.width),
                    CV_MAKETYPE(depth, stride), const_cast<T*>(plane.data),
                    static_cast<std::size_t>(plane.row_stride) * sizeof(T));
  if (stride == channels) return all;
  cv::Mat wanted(all.size(), CV_MAKETYPE(depth, channels));
  constexpr std::array<int, 6> kFrom{0, 0, 1, 1, 2, 2};
  cv::mixChannels(&all, 1, &wanted, 1, kFrom.data(), static_cast<std::size_t>(channels));
  return wanted;
}

}  // namespace

cv::Mat1b grey_picture(const Frame& colour, cv::Size size) {
  const auto format = colour.info().pixel_format;
  const auto model = RLV_PIXEL_MODEL(format);
  const bool rgb = model == RLV_MODEL_RGB && RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_INTERLEAVED &&
                   RLV_PIXEL_ALPHA(format) == 0;
  const auto bits = RLV_PIXEL_HIGH(format) != 0 ? 16U : RLV_PIXEL_BITS(format);
  if (!is_valid_pixel_format(format) || RLV_PIXEL_SAMPLE(format) != RLV_SAMPLE_UINT || bits > 16 ||
      (!rgb && model != RLV_MODEL_GREY && model != RLV_MODEL_YCBCR))
    fail(RLV_E_UNSUPPORTED, "motion cannot be looked for in ", pixel_format_name(format),
         "; convert it to yuv420p or rgb24 first");
  const int channels = rgb ? 3 : 1;
  cv::Mat grey;
  cv::resize(bits == 8 ? first_plane<std::uint8_t>(colour, CV_8U, channels)
                       : first_plane<std::uint16_t>(colour, CV_16U, channels),
             grey, size, 0, 0, cv::INTER_AREA);
  if (rgb) cv::cvtColor(grey, grey, cv::COLOR_RGB2GRAY);
  if (bits != 8) grey.convertTo(grey, CV_8U, 1.0 / (1U << (bits - 8)));
  return grey;
}

}  // namespace relievo::tracking
