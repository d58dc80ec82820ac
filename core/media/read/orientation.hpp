// How a picture must be turned or mirrored to stand upright, and everything that follows from it.
#pragma once

#include <cstdint>
#include <string>

#include <relievo/plugin.h>

namespace relievo::media {

// A map of picture coordinates, x to the right and y down, of right angles only:
// x' = a x + c y, y' = b x + d y, each coefficient -1, 0 or 1.
struct Orientation {
  int a = 1;
  int b = 0;
  int c = 0;
  int d = 1;

  bool operator==(const Orientation&) const = default;
  [[nodiscard]] bool is_upright() const { return *this == Orientation{}; }
  // Width and height change places.
  [[nodiscard]] bool is_transposed() const { return a == 0; }
  [[nodiscard]] bool is_mirrored() const { return a * d - b * c < 0; }
  // Clockwise turn in degrees: 0, 90, 180, 270; of a mirrored one, the turn after the mirror in x.
  [[nodiscard]] int degrees() const;
  // libavfilter's filters that do it, "" if upright.
  [[nodiscard]] std::string filters() const;
  // The chroma location of the turned picture. 4:2:0 that lies to the right of its pixels has no
  // code in H.273; the nearest that has one is told.
  [[nodiscard]] rlv_colour turn(rlv_colour colour, std::uint32_t pixel_format) const;
};

struct ParsedMatrix {
  Orientation orientation;
  bool exact = true;  // false: another angle, rounded to the nearest right one
};
// A display matrix (ISO/IEC 14496-12, nine numbers as libav hands them out). One that maps to
// nothing gives upright, inexact.
[[nodiscard]] ParsedMatrix orientation_of_matrix(const std::int32_t* matrix);

// EXIF's tag 0x0112: 1 to 8; upright for anything else.
[[nodiscard]] Orientation orientation_of_exif(int value);

}  // namespace relievo::media
