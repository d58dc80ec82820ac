#include "core/media/write/anaglyph.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace relievo::media {
namespace {

using Matrix = std::array<std::array<float, 3>, 3>;

// Table values of the paper; each row of both together sums to one, so that white stays white.
constexpr Matrix kLeft{{{0.4561F, 0.500484F, 0.176381F},
                        {-0.0400822F, -0.0378246F, -0.0157589F},
                        {-0.0152161F, -0.0205971F, -0.00546856F}}};
constexpr Matrix kRight{{{-0.0434706F, -0.0879388F, -0.00155529F},
                         {0.378476F, 0.73364F, -0.0184503F},
                         {-0.0721527F, -0.112961F, 1.2264F}}};

// IEC 61966-2-1.
float to_linear(float v) {
  return v <= 0.04045F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
}
float to_srgb(float v) {
  return v <= 0.0031308F ? v * 12.92F : 1.055F * std::pow(v, 1.0F / 2.4F) - 0.055F;
}

constexpr std::size_t kSteps = 4096;

struct Tables {
  std::array<float, 256> linear{};
  std::array<std::uint8_t, kSteps> srgb{};
  Tables() {
    for (std::size_t i = 0; i < linear.size(); ++i)
      linear.at(i) = to_linear(static_cast<float>(i) / 255.0F);
    for (std::size_t i = 0; i < srgb.size(); ++i)
      srgb.at(i) = static_cast<std::uint8_t>(
          std::lround(255.0F * to_srgb(static_cast<float>(i) / static_cast<float>(kSteps - 1))));
  }
};

}  // namespace

void make_anaglyph(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                   std::span<std::uint8_t> out) {
  static const Tables tables;
  for (std::size_t i = 0; i + 2 < out.size(); i += 3)
    for (std::size_t c = 0; c < 3; ++c) {
      float sum = 0.0F;
      for (std::size_t k = 0; k < 3; ++k)
        sum +=
            kLeft[c][k] * tables.linear[left[i + k]] + kRight[c][k] * tables.linear[right[i + k]];
      const auto step = std::clamp(sum, 0.0F, 1.0F) * static_cast<float>(kSteps - 1) + 0.5F;
      out[i + c] = tables.srgb[static_cast<std::size_t>(step)];
    }
}

}  // namespace relievo::media
