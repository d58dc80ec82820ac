// Pictures from files and into PNG, for measuring on real data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace relievo::test {

// Samples row by row, components interleaved, no padding.
struct Picture {
  int width = 0;
  int height = 0;
  int components = 1;
  std::vector<std::uint16_t> samples;
  [[nodiscard]] std::uint16_t at(int x, int y, int c = 0) const {
    return samples[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                    static_cast<std::size_t>(x)) *
                       static_cast<std::size_t>(components) +
                   static_cast<std::size_t>(c)];
  }
};

// The first picture of a file. Throws std::runtime_error that names it.
[[nodiscard]] Picture read_rgb8(const std::filesystem::path& file);
[[nodiscard]] Picture read_grey16(const std::filesystem::path& file);
// rgb has three components of 8 bits.
void write_png(const std::filesystem::path& file, const Picture& rgb);

}  // namespace relievo::test
