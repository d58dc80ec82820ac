#include "core/media/write/sheet_image.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace relievo::media {
namespace {

const cv::Scalar kGround(22, 24, 29);
const cv::Scalar kTitle(201, 206, 214);
const cv::Scalar kCaption(150, 157, 168);
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
// Text is drawn this much larger and averaged down: the font is made of strokes, whose edges would
// be rough otherwise.
constexpr int kOversample = 4;

// All measures follow the pictures' width, so that sheets of any size look alike.
struct Measures {
  explicit Measures(int width, int height)
      : picture_width(width),
        picture_height(height),
        unit(std::clamp(width / 40, 4, 40)),
        text(std::clamp(width / 22, 9, 90)),
        margin(2 * unit),
        gap(unit),
        gutter(text * 11 / 2) {}

  [[nodiscard]] int x(int column) const { return margin + gutter + column * (picture_width + gap); }
  [[nodiscard]] int y(int row) const { return margin + text * 2 + row * (picture_height + gap); }

  int picture_width, picture_height;
  int unit;
  int text;  // height of a capital letter
  int margin, gap;
  int gutter;  // left of the pictures, for the times
};

cv::Mat view(const RgbImage& image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data())};
}

RgbImage blank(int width, int height) {
  RgbImage image{width, height, {}};
  image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  return image;
}

// Writes text whose capitals are height pixels high with its lower left corner at x, y.
void write(cv::Mat& sheet, const std::string& text, int x, int y, int height,
           const cv::Scalar& colour, bool right_aligned) {
  int baseline = 0;
  const int stroke = std::max(2, height * kOversample / 9);
  const auto natural = cv::getTextSize("H", kFont, 1.0, 1, &baseline);
  const double scale = static_cast<double>(height * kOversample) / natural.height;
  const auto size = cv::getTextSize(text, kFont, scale, stroke, &baseline);
  const int below = baseline + stroke;
  const int width = (size.width / kOversample + 2);
  const int rows = (size.height + 2 * below) / kOversample + 2;
  cv::Mat large(rows * kOversample, width * kOversample, CV_8U, cv::Scalar(0));
  cv::putText(large, text, {0, size.height + below}, kFont, scale, cv::Scalar(255), stroke,
              cv::LINE_AA);
  cv::Mat mask;
  cv::resize(large, mask, {width, rows}, 0, 0, cv::INTER_AREA);
  const int top = y - (size.height + below) / kOversample;
  const int start = right_aligned ? x - width : x;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < width; ++c) {
      if (top + r < 0 || top + r >= sheet.rows || start + c < 0 || start + c >= sheet.cols)
        continue;
      auto& pixel = sheet.at<cv::Vec3b>(top + r, start + c);
      const double share = mask.at<std::uint8_t>(r, c) / 255.0;
      for (int k = 0; k < 3; ++k)
        pixel[k] =
            static_cast<std::uint8_t>(std::lround(pixel[k] + share * (colour[k] - pixel[k])));
    }
}

}  // namespace

SheetSize sheet_size(int rows, int columns, int width, int height) {
  const Measures m(width, height);
  const std::int64_t right = m.x(0) + std::int64_t{columns} * (width + m.gap) - m.gap;
  const std::int64_t bottom = m.y(0) + std::int64_t{rows} * (height + m.gap) - m.gap;
  return {right + m.margin, bottom + m.margin};
}

RgbImage draw_sheet(const std::vector<std::string>& titles, const std::vector<SheetRow>& rows) {
  const auto& first = rows.front().images.front();
  const Measures m(first.width, first.height);
  const auto size = sheet_size(static_cast<int>(rows.size()), static_cast<int>(titles.size()),
                               first.width, first.height);
  auto sheet = blank(static_cast<int>(size.width), static_cast<int>(size.height));
  auto canvas = view(sheet);
  canvas.setTo(kGround);
  for (std::size_t c = 0; c < titles.size(); ++c)
    write(canvas, titles[c], m.x(static_cast<int>(c)), m.y(0) - m.text, m.text, kTitle, false);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int y = m.y(static_cast<int>(r));
    write(canvas, rows[r].caption, m.x(0) - m.gap, y + m.text, m.text * 3 / 4, kCaption, true);
    for (std::size_t c = 0; c < rows[r].images.size(); ++c) {
      const auto& image = rows[r].images[c];
      view(image).copyTo(canvas(cv::Rect(m.x(static_cast<int>(c)), y, image.width, image.height)));
    }
  }
  return sheet;
}

RgbImage shrink(const std::uint8_t* pixels, int width, int height, std::int64_t row_bytes,
                int to_width, int to_height) {
  const cv::Mat source(height, width, CV_8UC3, const_cast<std::uint8_t*>(pixels),
                       static_cast<std::size_t>(row_bytes));
  auto result = blank(to_width, to_height);
  auto target = view(result);
  cv::resize(source, target, {to_width, to_height}, 0, 0,
             to_width < width ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

std::vector<float> shrink_map(const std::vector<float>& values, int width, int height, int to_width,
                              int to_height) {
  const cv::Mat source(height, width, CV_32F, const_cast<float*>(values.data()));
  std::vector<float> result(static_cast<std::size_t>(to_width) *
                            static_cast<std::size_t>(to_height));
  cv::Mat target(to_height, to_width, CV_32F, result.data());
  cv::resize(source, target, {to_width, to_height}, 0, 0,
             to_width < width ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

std::string timecode(double seconds) {
  const auto tenths = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds) * 10.0));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld.%lld",
                static_cast<long long>(tenths / 36000), static_cast<long long>(tenths / 600 % 60),
                static_cast<long long>(tenths / 10 % 60), static_cast<long long>(tenths % 10));
  return text.data();
}

}  // namespace relievo::media
