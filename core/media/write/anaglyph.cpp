#include "core/media/write/anaglyph.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <relievo/sdk/error.hpp>

#include "core/media/change/colour_math.hpp"

namespace relievo::media {
namespace {

using Matrix = std::array<std::array<float, 3>, 3>;

// Table values of the paper; each row of both together sums to one, so that white stays white.
constexpr Matrix kDuboisLeft{{{0.4561F, 0.500484F, 0.176381F},
                              {-0.0400822F, -0.0378246F, -0.0157589F},
                              {-0.0152161F, -0.0205971F, -0.00546856F}}};
constexpr Matrix kDuboisRight{{{-0.0434706F, -0.0879388F, -0.00155529F},
                               {0.378476F, 0.73364F, -0.0184503F},
                               {-0.0721527F, -0.112961F, 1.2264F}}};

// Brightness of R'G'B' as these mixtures have always had it: BT.601's luma.
constexpr std::array<float, 3> kLuma{0.299F, 0.587F, 0.114F};
constexpr std::array<float, 3> kNone{0, 0, 0};
constexpr Matrix kLumaToRed{{kLuma, kNone, kNone}};
constexpr Matrix kColourToCyan{{kNone, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix kLumaToCyan{{kNone, kLuma, kLuma}};

constexpr std::size_t kSteps8 = 4096;
constexpr std::size_t kSteps16 = 65536;

}  // namespace

AnaglyphKind anaglyph_from_name(const std::string& name) {
  if (name == "dubois") return AnaglyphKind::kDubois;
  if (name == "half_colour") return AnaglyphKind::kHalfColour;
  if (name == "grey") return AnaglyphKind::kGrey;
  fail(RLV_E_CONFIG, "there is no anaglyph '", name, "'; use dubois, half_colour or grey");
}

AnaglyphMixer::AnaglyphMixer(AnaglyphKind kind, int bits, bool linear)
    : left_(kind == AnaglyphKind::kDubois ? kDuboisLeft : kLumaToRed),
      right_(kind == AnaglyphKind::kDubois       ? kDuboisRight
             : kind == AnaglyphKind::kHalfColour ? kColourToCyan
                                                 : kLumaToCyan),
      light_(std::size_t{1} << static_cast<unsigned>(bits)),
      sample_(bits == 8 ? kSteps8 : kSteps16) {
  const bool by_light = linear && kind == AnaglyphKind::kDubois;
  const auto top = static_cast<float>(light_.size() - 1);
  for (std::size_t i = 0; i < light_.size(); ++i) {
    const float code = static_cast<float>(i) / top;
    light_[i] = by_light ? srgb_decode(code) : code;
  }
  for (std::size_t i = 0; i < sample_.size(); ++i) {
    const float light = static_cast<float>(i) / static_cast<float>(sample_.size() - 1);
    sample_[i] =
        static_cast<std::uint16_t>(std::lround(top * (by_light ? srgb_encode(light) : light)));
  }
}

template <class T>
void AnaglyphMixer::mix_samples(std::span<const T> left, std::span<const T> right,
                                std::span<T> out) const {
  const auto steps = static_cast<float>(sample_.size() - 1);
  for (std::size_t i = 0; i + 2 < out.size(); i += 3)
    for (std::size_t c = 0; c < 3; ++c) {
      float sum = 0.0F;
      for (std::size_t k = 0; k < 3; ++k)
        sum += left_[c][k] * light_[left[i + k]] + right_[c][k] * light_[right[i + k]];
      const auto step = std::clamp(sum, 0.0F, 1.0F) * steps + 0.5F;
      out[i + c] = static_cast<T>(sample_[static_cast<std::size_t>(step)]);
    }
}

void AnaglyphMixer::mix(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                        std::span<std::uint8_t> out) const {
  mix_samples(left, right, out);
}

void AnaglyphMixer::mix(std::span<const std::uint16_t> left, std::span<const std::uint16_t> right,
                        std::span<std::uint16_t> out) const {
  mix_samples(left, right, out);
}

void make_anaglyph(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                   std::span<std::uint8_t> out) {
  static const AnaglyphMixer mixer(AnaglyphKind::kDubois, 8, true);
  mixer.mix(left, right, out);
}

}  // namespace relievo::media
