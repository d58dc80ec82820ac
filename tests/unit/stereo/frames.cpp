#include "tests/unit/stereo/frames.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::test {
namespace {

template <class T>
void paint_samples(const Frame& frame, const Scene& scene) {
  const auto info = frame.info();
  const auto bits = static_cast<int>(RLV_PIXEL_BITS(info.pixel_format));
  const int low_bits = RLV_PIXEL_HIGH(info.pixel_format) != 0 ? 16 - bits : 0;
  const auto shift = chroma_shift(info.pixel_format);
  for (int c = 0; c < component_count(info.pixel_format); ++c) {
    const auto plane = component<T>(frame, c);
    const bool chroma = c > 0 && RLV_PIXEL_MODEL(info.pixel_format) == RLV_MODEL_YCBCR;
    const int step_x = chroma ? 1 << shift.x : 1;
    const int step_y = chroma ? 1 << shift.y : 1;
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) {
        const double value = scene(x * step_x, y * step_y + 0.5 * (step_y - 1), c);
        plane.at(x, y) = static_cast<T>(std::lround(std::clamp(value, 0.0, 1.0) * ((1 << bits) - 1))
                                        << low_bits);
      }
  }
}

}  // namespace

int component_count(std::uint32_t pixel_format) {
  return RLV_PIXEL_MODEL(pixel_format) == RLV_MODEL_GREY ? 1 : 3;
}

void paint(const Frame& frame, const Scene& scene) {
  if (RLV_PIXEL_BITS(frame.info().pixel_format) == 8)
    paint_samples<std::uint8_t>(frame, scene);
  else
    paint_samples<std::uint16_t>(frame, scene);
}

std::vector<int> row(const Frame& frame, int c, int y) {
  const auto format = frame.info().pixel_format;
  const auto read = [&](auto sample) {
    const auto plane = component<const decltype(sample)>(frame, c);
    const int low_bits =
        RLV_PIXEL_HIGH(format) != 0 ? 16 - static_cast<int>(RLV_PIXEL_BITS(format)) : 0;
    std::vector<int> values;
    for (int x = 0; x < plane.width; ++x) values.push_back(plane.at(x, y) >> low_bits);
    return values;
  };
  return RLV_PIXEL_BITS(format) == 8 ? read(std::uint8_t{}) : read(std::uint16_t{});
}

std::vector<int> samples(const Frame& frame, int c) {
  const int height = RLV_PIXEL_BITS(frame.info().pixel_format) == 8
                         ? component<const std::uint8_t>(frame, c).height
                         : component<const std::uint16_t>(frame, c).height;
  std::vector<int> values;
  for (int y = 0; y < height; ++y) {
    const auto one = row(frame, c, y);
    values.insert(values.end(), one.begin(), one.end());
  }
  return values;
}

std::vector<int> all_samples(const Frame& frame) {
  std::vector<int> values;
  for (int c = 0; c < component_count(frame.info().pixel_format); ++c) {
    const auto one = samples(frame, c);
    values.insert(values.end(), one.begin(), one.end());
  }
  return values;
}

double pattern(double x, double y, int c) {
  return 0.5 + 0.2 * std::sin(0.9 * x + 0.35 * y + c) + 0.15 * std::sin(0.23 * x - 0.6 * y) +
         0.1 * std::sin(0.05 * x * (1 + 0.2 * c) + 2);
}

}  // namespace relievo::test
