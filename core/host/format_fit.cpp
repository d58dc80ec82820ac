#include "core/host/format_fit.hpp"

#include <algorithm>

namespace relievo::host {
namespace {

constexpr std::uint8_t kBt709 = 1;
constexpr std::uint8_t kUnspecified = 2;
constexpr std::uint8_t kPq = 16;
constexpr std::uint8_t kHlg = 18;

// RGB of BT.709 primaries that is not HDR: what a network may see as it is.
bool is_srgb(const rlv_format& format) {
  if (RLV_PIXEL_MODEL(format.pixel_format) != RLV_MODEL_RGB) return false;
  const auto& colour = format.colour;
  const bool sdr = colour.transfer != kPq && colour.transfer != kHlg;
  return sdr && (colour.primaries == kBt709 || colour.primaries == kUnspecified);
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
  const bool colour_fits = !input.srgb || format.semantic != RLV_SEM_COLOUR || is_srgb(format);
  if (listed && colour_fits && !input.contiguous) return std::nullopt;
  Conversion conversion;
  // An sRGB input lists the formats in which it wants sRGB, best first: likeness to the source
  // means nothing there.
  if (accepted.empty())
    conversion.pixel_format = format.pixel_format;
  else
    conversion.pixel_format =
        input.srgb ? accepted.front() : best_pixel_format(format.pixel_format, accepted);
  conversion.srgb = input.srgb;
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
