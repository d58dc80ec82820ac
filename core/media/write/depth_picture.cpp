#include "core/media/write/depth_picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/write/components.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

// IEEE 754 half precision.
float from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const int mantissa = half & 0x3FF;
  float value = 0.0F;
  if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), -24);
  } else if (exponent == 31) {
    value = mantissa == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else {
    value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace

void map_values(const Frame& depth, std::vector<float>& out) {
  const auto info = depth.info();
  out.resize(static_cast<std::size_t>(info.width) * static_cast<std::size_t>(info.height));
  auto* to = out.data();
  const auto copy = [&](const auto& plane, auto convert) {
    for (std::int32_t y = 0; y < info.height; ++y)
      for (std::int32_t x = 0; x < info.width; ++x) *to++ = convert(plane.at(x, y));
  };
  if (info.pixel_format == RLV_PF_MAP_F32) {
    copy(depth.plane<const float>(0), [](float v) { return v; });
  } else if (info.pixel_format == RLV_PF_MAP_U16) {
    copy(depth.plane<const std::uint16_t>(0),
         [](std::uint16_t v) { return static_cast<float>(v); });
  } else if (info.pixel_format == RLV_PF_MAP_F16) {
    const auto& t = depth.tensor(0)->dl_tensor;
    const auto* data =
        reinterpret_cast<const std::uint16_t*>(static_cast<const char*>(t.data) + t.byte_offset);
    copy(Plane<const std::uint16_t>{data, info.width, info.height, 1, t.strides[0], t.strides[1]},
         from_half);
  } else {
    fail(RLV_E_UNSUPPORTED, "depth cannot be shown from ", pixel_format_name(info.pixel_format));
  }
}

void DepthPainter::look(const Frame& depth) {
  const auto info = depth.info();
  map_values(depth, values_);
  width_ = info.width;
  height_ = info.height;
  const auto scale =
      range_.update({values_.data(), width_, height_, 1, width_, 1}, info.semantic, info.shot_id);
  for (auto& v : values_)
    v = std::clamp(scale.scale * inverse_depth(v, info.semantic) + scale.shift, 0.0F, 1.0F);
}

float DepthPainter::value_at(int x, int y) const {
  return values_[static_cast<std::size_t>(std::min(y, height_ - 1)) *
                     static_cast<std::size_t>(width_) +
                 static_cast<std::size_t>(std::min(x, width_ - 1))];
}

void DepthPainter::resize(int width, int height) {
  if (width == width_ && height == height_) return;
  const cv::Mat from(height_, width_, CV_32F, values_.data());
  cv::Mat to;
  // Pixel centres stay where they are; fine structures are averaged, not dropped.
  const bool smaller = width < width_ && height < height_;
  cv::resize(from, to, {width, height}, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  values_.assign(to.ptr<float>(), to.ptr<float>() + to.total());
  width_ = width;
  height_ = height;
}

void DepthPainter::paint_grey(AVFrame& picture, bool full_range) const {
  const auto format = static_cast<AVPixelFormat>(picture.format);
  const bool rgb = (av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  const bool has_chroma = !rgb && component_count(format) > 1;
  const auto paint = [&](const Component& to, auto sample) {
    using T = decltype(sample);
    const bool limited = has_chroma && !full_range;
    const int extra = to.depth - 8;
    const auto low = static_cast<float>(limited ? 16 << extra : 0);
    const auto span = static_cast<float>(limited ? 219 << extra : (1 << to.depth) - 1);
    for (std::int32_t y = 0; y < to.height; ++y) {
      auto* row = to.data + y * to.row_bytes;
      for (std::int32_t x = 0; x < to.width; ++x)
        *reinterpret_cast<T*>(row + std::ptrdiff_t{x} * to.step) =
            static_cast<T>(static_cast<int>(low + span * value_at(x, y) + 0.5F) << to.shift);
    }
  };
  for (int c = 0; c < component_count(format); ++c) {
    const auto component = component_of(picture, c);
    if (has_chroma && c > 0)
      fill_component(component, 1 << (component.depth - 1));
    else
      component.is_wide() ? paint(component, std::uint16_t{}) : paint(component, std::uint8_t{});
  }
}

void DepthPainter::paint_colours(AVFrame& picture) const {
  for (int y = 0; y < picture.height; ++y) {
    auto* out = picture.data[0] + static_cast<std::ptrdiff_t>(y) * picture.linesize[0];
    for (int x = 0; x < picture.width; ++x) {
      const auto& colour = colours_.at(static_cast<std::size_t>(value_at(x, y) * 255.0F + 0.5F));
      out = std::copy(colour.begin(), colour.end(), out);
    }
  }
}

}  // namespace relievo::media
