#include "core/host/format_fit.hpp"

#include <algorithm>

namespace relievo::host {
namespace {

constexpr std::uint8_t kBt709 = 1;
constexpr std::uint8_t kUnspecified = 2;
constexpr std::uint8_t kBt470Bg = 5;
constexpr std::uint8_t kSmpte170M = 6;
constexpr std::uint8_t kPq = 16;
constexpr std::uint8_t kHlg = 18;

// Display-referred SDR of the primaries that a desktop shows without a change of colour: what a
// network may see as it is, in RGB or in the YCbCr that it says it reads.
bool is_display_referred(const rlv_format& format) {
  const auto& colour = format.colour;
  const bool sdr = colour.transfer != kPq && colour.transfer != kHlg;
  return sdr && (colour.primaries == kBt709 || colour.primaries == kUnspecified ||
                 colour.primaries == kBt470Bg || colour.primaries == kSmpte170M);
}

// sRGB is made in RGB, or in grey where the input takes nothing else.
std::uint32_t srgb_target(const std::vector<std::uint32_t>& accepted) {
  const auto rgb = std::find_if(accepted.begin(), accepted.end(), [](std::uint32_t format) {
    return RLV_PIXEL_MODEL(format) == RLV_MODEL_RGB;
  });
  return rgb != accepted.end() ? *rgb : accepted.front();
}

int likeness(std::uint32_t from, std::uint32_t to) {
  int score = 0;
  if (RLV_PIXEL_MODEL(from) == RLV_PIXEL_MODEL(to)) score += 8;
  if (RLV_PIXEL_BITS(to) >= RLV_PIXEL_BITS(from)) score += 4;
  if (RLV_PIXEL_SUBSAMPLING(from) == RLV_PIXEL_SUBSAMPLING(to)) score += 2;
  if (RLV_PIXEL_LAYOUT(from) == RLV_PIXEL_LAYOUT(to)) score += 1;
  return score;
}

}  // namespace

std::uint32_t best_pixel_format(std::uint32_t from, const std::vector<std::uint32_t>& accepted) {
  return *std::max_element(accepted.begin(), accepted.end(), [&](std::uint32_t a, std::uint32_t b) {
    return likeness(from, a) < likeness(from, b);
  });
}

std::optional<Conversion> conversion_for(const rlv_format& format, const InputSpec& input) {
  const auto& accepted = input.pixel_formats;
  const bool listed = accepted.empty() || std::find(accepted.begin(), accepted.end(),
                                                    format.pixel_format) != accepted.end();
  const bool wants_srgb = input.srgb && format.semantic == RLV_SEM_COLOUR;
  const bool colour_fits = !wants_srgb || is_display_referred(format);
  if (listed && colour_fits && !input.contiguous) return std::nullopt;
  Conversion conversion;
  if (accepted.empty())
    conversion.pixel_format = format.pixel_format;
  else
    conversion.pixel_format =
        wants_srgb ? srgb_target(accepted) : best_pixel_format(format.pixel_format, accepted);
  conversion.srgb = wants_srgb;
  conversion.contiguous = input.contiguous;
  return conversion;
}

std::string device_name(std::int32_t device_type) {
  switch (device_type) {
    case RLV_DEV_CPU: return "cpu";
    case RLV_DEV_CUDA: return "cuda";
    case RLV_DEV_METAL: return "mps";
    default: return "device " + std::to_string(device_type);
  }
}

}  // namespace relievo::host
