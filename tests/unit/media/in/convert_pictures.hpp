// Pictures for tests of the node `convert`: painted in any format from the colours that are meant.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/nodes.hpp"
#include "tests/support/hdr_code.hpp"

namespace relievo::test {

// The type of the node `convert`.
[[nodiscard]] inline const rlv_node_type& convert() {
  static const auto type = media::convert_type();
  return type;
}

// Its parameters.
[[nodiscard]] inline std::string to(const std::string& format, const char* colour = "any",
                                    bool contiguous = false) {
  return "{\"colour\": \"" + std::string(colour) +
         "\", \"contiguous\": " + (contiguous ? "true" : "false") +
         (format.empty() ? "" : ", \"pixel_format\": \"" + format + "\"") + "}";
}

// The formulae of H.273, 8.3, written out once more for the tests: R'G'B' of 0..1 to code values.
struct Coding {
  double kr, kb;
};
[[nodiscard]] inline Coding coding(std::uint8_t matrix) {
  if (matrix == 9) return {0.2627, 0.0593};
  if (matrix == 5 || matrix == 6) return {0.299, 0.114};
  return {0.2126, 0.0722};
}
[[nodiscard]] inline Rgb ycbcr(const Rgb& rgb, std::uint8_t matrix) {
  const auto [kr, kb] = coding(matrix);
  const double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  return {y, (rgb[2] - y) / 2 / (1 - kb), (rgb[0] - y) / 2 / (1 - kr)};
}
[[nodiscard]] inline int code_of(double value, bool chroma, std::uint32_t format, bool full) {
  const int bits = static_cast<int>(RLV_PIXEL_BITS(format));
  const double unit = 1 << (bits - 8);
  const double top = (1 << bits) - 1;
  const double code = full     ? value * top + (chroma ? 128 * unit : 0)
                      : chroma ? (224 * value + 128) * unit
                               : (219 * value + 16) * unit;
  return static_cast<int>(std::lround(std::clamp(code, 0.0, top)));
}

// Sets one sample of a plane as the format stores it.
inline void put(const Frame& frame, std::uint32_t plane, int x, int y, int component, int code) {
  const auto format = frame.info().pixel_format;
  const auto shift = RLV_PIXEL_HIGH(format) != 0 ? 16 - RLV_PIXEL_BITS(format) : 0U;
  if (RLV_PIXEL_BITS(format) == 8)
    frame.plane<std::uint8_t>(plane).at(x, y, component) = static_cast<std::uint8_t>(code);
  else
    frame.plane<std::uint16_t>(plane).at(x, y, component) =
        static_cast<std::uint16_t>(code << shift);
}

// A picture whose R'G'B' at the centre of pixel (x, y) is colour(x, y); chroma is sampled where it
// lies.
template <class Colour>
void paint(const Frame& frame, Colour&& colour) {
  const auto info = frame.info();
  const auto format = info.pixel_format;
  const auto layout = picture_layout(format, info.width, info.height);
  const bool full = info.colour.full_range != 0;
  const auto shift = chroma_shift(format);
  for (std::uint32_t p = 0; p < layout.plane_count; ++p)
    for (int y = 0; y < layout.planes.at(p).height; ++y)
      for (int x = 0; x < layout.planes.at(p).width; ++x)
        for (int c = 0; c < layout.planes.at(p).components; ++c) {
          const auto part = static_cast<std::size_t>(static_cast<int>(p) + c);
          if (RLV_PIXEL_MODEL(format) == RLV_MODEL_RGB) {
            const double value = colour(x, y).at(part);
            if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT)
              frame.plane<float>(p).at(x, y, c) = static_cast<float>(value);
            else
              put(frame, p, x, y, c, code_of(value, false, format, full));
            continue;
          }
          const bool chroma = part > 0;
          const auto location = info.colour.chroma_location;
          const double right = chroma && location == 1 ? ((1 << shift.x) - 1) / 2.0 : 0.0;
          const double down = chroma && location != 2 ? ((1 << shift.y) - 1) / 2.0 : 0.0;
          const auto rgb =
              chroma ? colour((x << shift.x) + right, (y << shift.y) + down) : colour(x, y);
          put(frame, p, x, y, c,
              code_of(ycbcr(rgb, info.colour.matrix).at(part), chroma, format, full));
        }
}

}  // namespace relievo::test
