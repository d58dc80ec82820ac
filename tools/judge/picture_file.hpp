// Picture files through libav.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace relievo::judge {

struct RgbPicture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> samples;  // red, green, blue interleaved
};
struct GreyPicture {
  int width = 0;
  int height = 0;
  std::vector<std::uint16_t> samples;  // 16-bit values as stored
};

// First picture of the file. Throw std::runtime_error naming the file.
[[nodiscard]] RgbPicture read_rgb(const std::filesystem::path& path);
[[nodiscard]] GreyPicture read_grey16(const std::filesystem::path& path);

}  // namespace relievo::judge
