#include "core/media/write/encoder_scales.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "core/media/write/encoder_options.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace relievo::media {
namespace {

// libav hands the names of these two on as text, unseen.
constexpr std::array<std::string_view, 10> kX26xPresets{
    "ultrafast", "superfast", "veryfast", "faster",   "fast",
    "medium",    "slow",      "slower",   "veryslow", "placebo"};
// The worst constant quality of H.264 and HEVC at 8 bits (QP, H.265 7.4.9.14), where libav's option
// has no limit; VideoToolbox's own scale is made from it.
constexpr double kWorstQp = 51;

bool is_x26x(std::string_view name) {
  return name == "libx264" || name == "libx265";
}

const AVOption* option_of(const AVCodec& encoder, const char* name) {
  if (encoder.priv_class == nullptr) return nullptr;
  return av_opt_find(const_cast<const AVClass**>(&encoder.priv_class), name, nullptr, 0,
                     AV_OPT_SEARCH_FAKE_OBJ);
}

const AVOption* preset_option(const AVCodec& encoder) {
  const bool is_aom = std::string_view(encoder.name) == "libaom-av1";
  return option_of(encoder, is_aom ? "cpu-used" : "preset");
}

// The words that an option takes beside numbers.
std::vector<std::string_view> words_of(const AVCodec& encoder, const AVOption& option) {
  std::vector<std::string_view> words;
  if (option.unit == nullptr) return words;
  const AVOption* next = nullptr;
  while ((next = av_opt_next(&encoder.priv_class, next)) != nullptr)
    if (next->type == AV_OPT_TYPE_CONST && next->unit != nullptr &&
        std::string_view(next->unit) == option.unit)
      words.emplace_back(next->name);
  return words;
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string list;
  for (const auto word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  return list;
}

std::optional<long> whole_number(const std::string& text) {
  long value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<double> worst_quality(const AVCodec& encoder) {
  if (is_x26x(encoder.name)) return kWorstQp;
  const std::string_view name = encoder.name;
  if (name.find("_videotoolbox") != std::string_view::npos) return kWorstQp;
  const bool is_nvenc = name.find("_nvenc") != std::string_view::npos;
  const auto* option = option_of(encoder, is_nvenc ? "cq" : "crf");
  if (option == nullptr) return std::nullopt;
  return option->max;
}

}  // namespace

bool is_lossless(const AVCodec& encoder) {
  return encoder.id == AV_CODEC_ID_FFV1;
}

std::string wrong_preset(const AVCodec& encoder, const std::string& preset) {
  if (preset.empty() || is_lossless(encoder)) return {};
  const auto* option = preset_option(encoder);
  std::vector<std::string_view> words;
  if (is_x26x(encoder.name))
    words.assign(kX26xPresets.begin(), kX26xPresets.end());
  else if (option == nullptr)
    return concat(encoder.name, " takes none");
  else
    words = words_of(encoder, *option);
  if (!words.empty()) {
    if (std::find(words.begin(), words.end(), preset) != words.end()) return {};
    return concat(encoder.name, " takes ", listed(words));
  }
  const auto number = whole_number(preset);
  if (number && static_cast<double>(*number) >= option->min &&
      static_cast<double>(*number) <= option->max)
    return {};
  return concat(encoder.name, " takes whole numbers from ", std::lround(option->min),
                " (slowest) to ", std::lround(option->max));
}

std::string wrong_quality(const AVCodec& encoder, double quality) {
  if (quality == 0 || is_lossless(encoder)) return {};
  const auto worst = worst_quality(encoder);
  if (!worst || (quality > 0 && quality <= *worst)) return {};
  return concat(encoder.name, " takes up to ", *worst, ", lower is better, or 0 for its default (",
                default_quality(encoder), ")");
}

}  // namespace relievo::media
