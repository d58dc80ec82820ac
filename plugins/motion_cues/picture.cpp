#include "picture.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::motion_cues {
namespace {

// A view of a plane, no copy. Throws if samples of a row are not side by side.
cv::Mat view(const Plane<const std::uint8_t>& plane) {
  if (!plane.is_dense())
    fail(RLV_E_UNSUPPORTED, "motion_cues.depth reads rows without gaps; a pixel stride of ",
         plane.pixel_stride, " for ", plane.components, " components was given");
  return {plane.height, plane.width, CV_8UC(plane.components),
          const_cast<std::uint8_t*>(plane.data), static_cast<std::size_t>(plane.row_stride)};
}

cv::Mat shrunk(const cv::Mat& source, cv::Size size) {
  if (source.size() == size) return source.clone();
  cv::Mat result;
  // Area averaging reads every sample once, whatever the factor. A sub-sampled plane may have to
  // grow a little.
  const bool grows = size.width > source.cols || size.height > source.rows;
  cv::resize(source, result, size, 0, 0, grows ? cv::INTER_LINEAR : cv::INTER_AREA);
  return result;
}

// BT.601, BT.709 or BT.2020 luma weights of red and blue (ITU-T H.273, table 4).
std::pair<double, double> luma_weights(std::uint8_t matrix) {
  if (matrix == 5 || matrix == 6) return {0.299, 0.114};
  if (matrix == 9) return {0.2627, 0.0593};
  return {0.2126, 0.0722};
}

void fill_from_ycbcr(const cv::Mat& luma, const cv::Mat& blue, const cv::Mat& red,
                     const rlv_colour& colour, Picture& out) {
  const auto [kr, kb] = luma_weights(colour.matrix);
  const bool full = colour.full_range != 0;
  const double gain = full ? 1.0 : 255.0 / 219.0;
  const double offset = full ? 0.0 : 16.0;
  const double chroma = full ? 1.0 : 255.0 / 224.0;
  const auto to_red = static_cast<float>(2 * (1 - kr) * chroma);
  const auto to_blue = static_cast<float>(2 * (1 - kb) * chroma);
  const auto green_red = static_cast<float>(2 * (1 - kr) * kr / (1 - kr - kb) * chroma);
  const auto green_blue = static_cast<float>(2 * (1 - kb) * kb / (1 - kr - kb) * chroma);
  luma.convertTo(out.luma, CV_8U, gain, -offset * gain);
  out.darkest.create(luma.size());
  for (int y = 0; y < luma.rows; ++y) {
    for (int x = 0; x < luma.cols; ++x) {
      const float l = out.luma(y, x);
      const float b = static_cast<float>(blue.at<std::uint8_t>(y, x)) - 128.0F;
      const float r = static_cast<float>(red.at<std::uint8_t>(y, x)) - 128.0F;
      const float least =
          std::min({l + to_red * r, l - green_red * r - green_blue * b, l + to_blue * b});
      out.darkest(y, x) = cv::saturate_cast<std::uint8_t>(least);
    }
  }
}

}  // namespace

Picture make_picture(const Frame& frame, cv::Size size) {
  const auto info = frame.info();
  const auto format = info.pixel_format;
  const auto model = RLV_PIXEL_MODEL(format);
  const auto layout = RLV_PIXEL_LAYOUT(format);
  const bool known =
      RLV_PIXEL_BITS(format) == 8 && RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_UINT &&
      (model == RLV_MODEL_GREY || model == RLV_MODEL_YCBCR ||
       (model == RLV_MODEL_RGB && layout == RLV_LAYOUT_INTERLEAVED && !RLV_PIXEL_ALPHA(format)));
  if (!known)
    fail(RLV_E_UNSUPPORTED, "motion_cues.depth cannot read pixel format '",
         pixel_format_name(format), "'; convert to rgb24 or yuv420p first");
  Picture out;
  const auto first = shrunk(view(frame.plane<const std::uint8_t>(0)), size);
  if (model == RLV_MODEL_GREY) {
    out.luma = first;
    out.darkest = first;
  } else if (model == RLV_MODEL_RGB) {
    cv::cvtColor(first, out.luma, cv::COLOR_RGB2GRAY);
    std::vector<cv::Mat> channels;
    cv::split(first, channels);
    cv::Mat least = cv::min(channels[0], channels[1]);
    out.darkest = cv::min(least, channels[2]);
  } else {
    std::vector<cv::Mat> chroma;
    if (layout == RLV_LAYOUT_SEMIPLANAR)
      cv::split(shrunk(view(frame.plane<const std::uint8_t>(1)), size), chroma);
    else
      chroma = {shrunk(view(frame.plane<const std::uint8_t>(1)), size),
                shrunk(view(frame.plane<const std::uint8_t>(2)), size)};
    fill_from_ycbcr(first, chroma[0], chroma[1], info.colour, out);
  }
  return out;
}

}  // namespace relievo::motion_cues
