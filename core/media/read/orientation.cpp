#include "core/media/read/orientation.hpp"

#include <cmath>
#include <cstdlib>

#include <relievo/sdk/pixel_format.hpp>

namespace relievo::media {

int Orientation::degrees() const {
  // Where the picture's right side ends up, seen before any mirror: 0 right, 90 down, ...
  const int x = is_mirrored() ? -a : a;
  const int y = is_mirrored() ? -b : b;
  if (x == 1) return 0;
  if (x == -1) return 180;
  return y == 1 ? 90 : 270;
}

std::string Orientation::filters() const {
  if (is_transposed()) {
    if (b == 1) return c == 1 ? "transpose=dir=cclock_flip" : "transpose=dir=clock";
    return c == 1 ? "transpose=dir=cclock" : "transpose=dir=clock_flip";
  }
  // vflip first: it only turns the line step round, and hflip then writes lines in order.
  std::string filters = d == -1 ? "vflip" : "";
  if (a == -1) filters += filters.empty() ? "hflip" : ",hflip";
  return filters;
}

rlv_colour Orientation::turn(rlv_colour colour, std::uint32_t pixel_format) const {
  const auto shift = chroma_shift(pixel_format);
  if (is_upright() || RLV_PIXEL_MODEL(pixel_format) != RLV_MODEL_YCBCR || shift.x != 1 ||
      shift.y != 1)
    return colour;
  // Position within the pair of luma samples in half samples from its middle: H.265 figure E.1.
  struct Position {
    int x, y;
  };
  static constexpr Position kPositions[] = {{-1, 0}, {0, 0}, {-1, -1}, {0, -1}, {-1, 1}, {0, 1}};
  const auto from = kPositions[colour.chroma_location <= 5 ? colour.chroma_location : 0];
  const Position to{a * from.x + c * from.y, b * from.x + d * from.y};
  int best = 1;
  int best_distance = 100;
  for (int i = 0; i < 6; ++i) {
    const int dx = kPositions[i].x - to.x;
    const int dy = kPositions[i].y - to.y;
    const int distance = dx * dx + dy * dy;
    if (distance >= best_distance) continue;
    best = i;
    best_distance = distance;
  }
  colour.chroma_location = static_cast<std::uint8_t>(best);
  return colour;
}

ParsedMatrix orientation_of_matrix(const std::int32_t* matrix) {
  const double a = matrix[0];
  const double b = matrix[1];
  const double c = matrix[3];
  const double d = matrix[4];
  const double straight = std::abs(a) + std::abs(d);
  const double crossed = std::abs(b) + std::abs(c);
  const auto sign = [](double value) {
    return value < 0 ? -1 : 1;
  };
  // Scale of the axes is the sample aspect ratio's business; only what is off the axes is inexact.
  ParsedMatrix parsed;
  if (a * d - b * c == 0.0) {
    parsed.exact = false;
  } else if (straight >= crossed) {
    parsed.orientation = {sign(a), 0, 0, sign(d)};
    parsed.exact = crossed < 1e-3 * straight;
  } else {
    parsed.orientation = {0, sign(b), sign(c), 0};
    parsed.exact = straight < 1e-3 * crossed;
  }
  return parsed;
}

Orientation orientation_of_exif(int value) {
  switch (value) {
    case 2: return {-1, 0, 0, 1};
    case 3: return {-1, 0, 0, -1};
    case 4: return {1, 0, 0, -1};
    case 5: return {0, 1, 1, 0};
    case 6: return {0, 1, -1, 0};
    case 7: return {0, -1, -1, 0};
    case 8: return {0, -1, 1, 0};
    default: return {};
  }
}

}  // namespace relievo::media
