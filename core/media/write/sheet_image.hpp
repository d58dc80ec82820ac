// The drawing of a contact sheet: pictures in rows and columns on a dark ground, with captions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace relievo::media {

// R, G, B of 8 bits, rows without gaps.
struct RgbImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

struct SheetRow {
  std::string caption;           // a time
  std::vector<RgbImage> images;  // one per column, all of one size
};

struct SheetSize {
  std::int64_t width;
  std::int64_t height;
};

// Of a sheet of so many rows and columns of pictures of this size.
[[nodiscard]] SheetSize sheet_size(int rows, int columns, int width, int height);
// titles: one per column.
[[nodiscard]] RgbImage draw_sheet(const std::vector<std::string>& titles,
                                  const std::vector<SheetRow>& rows);

// pixels: R, G, B rows of row_bytes; the result covers the same picture, averaged.
[[nodiscard]] RgbImage shrink(const std::uint8_t* pixels, int width, int height,
                              std::int64_t row_bytes, int to_width, int to_height);
// One number per pixel.
[[nodiscard]] std::vector<float> shrink_map(const std::vector<float>& values, int width, int height,
                                            int to_width, int to_height);

// "1:02:03.4"
[[nodiscard]] std::string timecode(double seconds);

}  // namespace relievo::media
