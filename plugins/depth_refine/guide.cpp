#include "guide.hpp"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::depth_refine {
namespace {

constexpr int kNeutral = 128;

[[noreturn]] void refuse(std::uint32_t format) {
  fail(RLV_E_UNSUPPORTED, "colour in ", pixel_format_name(format),
       " cannot be looked at; convert it to one of the formats that the manifest names");
}

// A plane's samples in the type that they are stored in, cut to width x height; nothing is copied.
template <class T>
cv::Mat view_of(const Frame& frame, std::uint32_t index, int width, int height, int depth) {
  const auto plane = frame.plane<const T>(index);
  if (!plane.is_dense())
    fail(RLV_E_UNSUPPORTED, "depth_refine.edges reads rows without gaps; a pixel stride of ",
         plane.pixel_stride, " was given; convert to yuv420p first");
  return {std::min(height, plane.height), std::min(width, plane.width),
          CV_MAKETYPE(depth, plane.components), const_cast<T*>(plane.data),
          static_cast<std::size_t>(plane.row_stride) * sizeof(T)};
}

// The same as 8 bits. Samples of more bits are rounded; where they are 8-bit ones shifted up, they
// come back exactly.
cv::Mat bytes_of(const Frame& frame, std::uint32_t index, int width, int height) {
  const auto format = frame.info().pixel_format;
  const auto bits = RLV_PIXEL_HIGH(format) != 0 ? 16U : RLV_PIXEL_BITS(format);
  if (bits == 8) return view_of<std::uint8_t>(frame, index, width, height, CV_8U);
  cv::Mat bytes;
  view_of<std::uint16_t>(frame, index, width, height, CV_16U)
      .convertTo(bytes, CV_8U, 1.0 / (1U << (bits - 8)));
  return bytes;
}

void resize_to(const cv::Mat& plane, cv::Size size, cv::Mat1b& result) {
  const bool much_smaller = 3 * size.width < plane.cols || 3 * size.height < plane.rows;
  cv::resize(plane, result, size, 0, 0, much_smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
}

void smooth_to(const cv::Mat& plane, cv::Size size, cv::Mat1b& result) {
  const auto blur = [&](cv::Mat1b& to) {
    cv::GaussianBlur(plane, to, {3, 3}, 0, 0, cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  };
  if (plane.size() == size) return blur(result);
  cv::Mat1b smooth;
  blur(smooth);
  resize_to(smooth, size, result);
}

// planes: one or three; those of the picture's size are smoothed, chroma of half the size is smooth
// enough once it is enlarged.
void fill(const std::vector<cv::Mat>& planes, cv::Size picture, cv::Size size, Guide& guide) {
  for (std::size_t i = 0; i < guide.size(); ++i) {
    if (i >= planes.size()) {
      guide[i].create(size);
      guide[i].setTo(kNeutral);
    } else if (planes[i].size() == picture) {
      smooth_to(planes[i], size, guide[i]);
    } else {
      resize_to(planes[i], size, guide[i]);
    }
  }
}

}  // namespace

void read_guide(const Frame& colour, cv::Size size, Guide& guide) {
  const auto info = colour.info();
  const auto format = info.pixel_format;
  const auto model = RLV_PIXEL_MODEL(format);
  if (!is_valid_pixel_format(format) || RLV_PIXEL_SAMPLE(format) != RLV_SAMPLE_UINT) refuse(format);
  const auto shift = chroma_shift(format);
  const int chroma_width = (info.width + (1 << shift.x) - 1) >> shift.x;
  const int chroma_height = (info.height + (1 << shift.y) - 1) >> shift.y;
  const auto first = [&] {
    return bytes_of(colour, 0, info.width, info.height);
  };
  std::vector<cv::Mat> planes;
  if (model == RLV_MODEL_GREY) {
    planes = {first()};
  } else if (model == RLV_MODEL_RGB && RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_INTERLEAVED &&
             RLV_PIXEL_ALPHA(format) == 0) {
    return read_guide(cv::Mat3b(first()), size, guide);
  } else if (model == RLV_MODEL_YCBCR && colour.plane_count() == 2) {
    cv::split(bytes_of(colour, 1, chroma_width, chroma_height), planes);
    planes.insert(planes.begin(), first());
  } else if (model == RLV_MODEL_YCBCR && colour.plane_count() == 3) {
    planes = {first(), bytes_of(colour, 1, chroma_width, chroma_height),
              bytes_of(colour, 2, chroma_width, chroma_height)};
  } else {
    refuse(format);
  }
  fill(planes, {info.width, info.height}, size, guide);
}

void read_guide(const cv::Mat3b& picture, cv::Size size, Guide& guide) {
  cv::Mat differences;
  cv::cvtColor(picture, differences, cv::COLOR_RGB2YCrCb);
  std::vector<cv::Mat> planes;
  cv::split(differences, planes);
  fill(planes, picture.size(), size, guide);
}

Guide resized(const Guide& guide, cv::Size size) {
  Guide result;
  for (std::size_t i = 0; i < guide.size(); ++i) {
    if (guide[i].size() == size)
      result[i] = guide[i];
    else
      resize_to(guide[i], size, result[i]);
  }
  return result;
}

}  // namespace relievo::depth_refine
