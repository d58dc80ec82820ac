#include "core/media/change/convert_maps.hpp"

#include <cstddef>
#include <cstdint>

#include <opencv2/core.hpp>

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace {

// Plane 0 as OpenCV sees it, without a copy.
cv::Mat mat_of(const Frame& frame) {
  const auto info = frame.info();
  const auto& t = frame.tensor(0)->dl_tensor;
  if (t.device.device_type != kDLCPU) fail(RLV_E_UNSUPPORTED, "the map does not lie in CPU memory");
  if (t.strides[1] != 1)
    fail(RLV_E_UNSUPPORTED, "a map whose values have gaps between them cannot be converted");
  const int type = t.dtype.code == kDLUInt ? CV_16UC1 : t.dtype.bits == 16 ? CV_16FC1 : CV_32FC1;
  return {info.height, info.width, type, static_cast<char*>(t.data) + t.byte_offset,
          static_cast<std::size_t>(t.strides[0]) * (t.dtype.bits / 8)};
}

void to_integers(const cv::Mat& from, cv::Mat& to) {
  for (int y = 0; y < from.rows; ++y) {
    const auto* in = from.ptr<float>(y);
    auto* out = to.ptr<std::uint16_t>(y);
    for (int x = 0; x < from.cols; ++x) {
      // Written so that NaN fails both comparisons.
      const float value = in[x] > 0.0F ? (in[x] < 1.0F ? in[x] : 1.0F) : 0.0F;
      out[x] = static_cast<std::uint16_t>(value * 65535.0F + 0.5F);
    }
  }
}

}  // namespace

bool is_convertible_map(std::uint32_t pixel_format) {
  return pixel_format == RLV_PF_MAP_F32 || pixel_format == RLV_PF_MAP_F16 ||
         pixel_format == RLV_PF_MAP_U16;
}

Frame convert_map(const Host& host, const Frame& frame, std::uint32_t to_format) {
  auto info = frame.info();
  info.pixel_format = to_format;
  auto out = host.new_frame(info);
  const auto from = mat_of(frame);
  auto to = mat_of(out);
  if (to.type() == CV_16UC1) {
    cv::Mat floats = from;
    if (from.type() == CV_16FC1) from.convertTo(floats, CV_32F);
    to_integers(floats, to);
  } else if (from.type() == CV_16UC1) {
    cv::Mat floats;
    from.convertTo(floats, CV_32F, 1.0 / 65535.0);
    floats.convertTo(to, to.type());
  } else {
    from.convertTo(to, to.type());
  }
  return out;
}

}  // namespace relievo::media
