#include "core/media/write/encoder_options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

extern "C" {
#include <libavutil/opt.h>
}

namespace relievo::media {
namespace {

// Qualities at which a packed film is hard to tell from its source; presets that keep up with the
// slowest stage of a usual run.
struct Defaults {
  const char* encoder;
  double quality;
  const char* preset;
};

constexpr std::array kDefaults{
    Defaults{"libx265", 20, "medium"},    Defaults{"libx264", 18, "medium"},
    Defaults{"libsvtav1", 28, "8"},       Defaults{"libaom-av1", 26, "6"},
    Defaults{"hevc_nvenc", 22, "p5"},     Defaults{"h264_nvenc", 20, "p5"},
    Defaults{"av1_nvenc", 28, "p5"},      Defaults{"hevc_videotoolbox", 22, ""},
    Defaults{"h264_videotoolbox", 22, ""}};

Defaults defaults_of(const AVCodec& encoder) {
  for (const auto& entry : kDefaults)
    if (std::string_view(entry.encoder) == encoder.name) return entry;
  return {encoder.name, 22, ""};
}

std::string number(double value) {
  auto text = concat(value);
  return text;
}

// "a=1:b=2" lists, as x265, x264 and SVT-AV1 take them.
class ParameterList {
 public:
  void add(const std::string& key, const std::string& value) {
    if (value.empty()) return;
    text_ += (text_.empty() ? "" : ":") + key + "=" + value;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void x265(AVCodecContext& context, Dictionary& options, const Hdr10& hdr, unsigned threads) {
  // The wrapper's thread_count is the number of frames in flight; the pool is x265's own.
  context.thread_count = static_cast<int>(std::clamp(1U + threads / 4U, 1U, 5U));
  ParameterList list;
  // It writes to standard error itself, past libav and the host's log.
  list.add("log-level", "none");
  list.add("pools", std::to_string(std::max(1U, threads)));
  const auto master = mastering_display_text(hdr);
  const auto light = content_light_text(hdr);
  list.add("master-display", master);
  list.add("max-cll", light);
  if (!master.empty() || !light.empty()) list.add("hdr10", "1");
  options.set("x265-params", list.text());
}

void x264(Dictionary& options, const Hdr10& hdr) {
  ParameterList list;
  list.add("mastering-display", mastering_display_text(hdr));
  list.add("cll", content_light_text(hdr));
  if (!list.text().empty()) options.set("x264-params", list.text());
}

void svt_av1(Dictionary& options, const Hdr10& hdr, unsigned threads) {
  ParameterList list;
  list.add("lp", std::to_string(std::max(1U, threads)));
  list.add("mastering-display", mastering_display_decimal_text(hdr));
  list.add("content-light", content_light_text(hdr));
  options.set("svtav1-params", list.text());
}

void ffv1(AVCodecContext& context, Dictionary& options, unsigned threads) {
  context.level = 3;
  context.gop_size = 1;
  context.thread_count = static_cast<int>(std::max(1U, threads));
  options.set("slicecrc", "1");
  // Slices are what its threads share; 4 is the least that version 3 allows.
  options.set("slices", threads >= 9 ? "16" : threads >= 5 ? "9" : "4");
}

bool is(const AVCodec& encoder, const char* name) {
  return std::strcmp(encoder.name, name) == 0;
}
bool is_of(const AVCodec& encoder, std::string_view suffix) {
  const std::string_view name = encoder.name;
  return name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

}  // namespace

double default_quality(const AVCodec& encoder) {
  return defaults_of(encoder).quality;
}

bool holds_bitrate(const AVCodec& encoder) {
  return is(encoder, "libx265") || is(encoder, "libx264") || is_of(encoder, "_nvenc");
}

void set_encoder_options(AVCodecContext& context, Dictionary& options, const EncoderWish& wish,
                         const Hdr10& hdr, unsigned threads) {
  const auto& encoder = *context.codec;
  const auto defaults = defaults_of(encoder);
  const double quality = wish.quality > 0 ? wish.quality : defaults.quality;
  const std::string preset = wish.preset.empty() ? defaults.preset : wish.preset;

  context.thread_count = static_cast<int>(std::max(1U, threads));
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  // A key frame every two seconds, and groups that stand alone: players seek quickly and cleanly.
  context.flags |= AV_CODEC_FLAG_CLOSED_GOP;
  context.gop_size =
      std::clamp(static_cast<int>(std::lround(2.0 * av_q2d(context.framerate))), 12, 300);

  if (wish.max_bitrate > 0 && holds_bitrate(encoder)) {
    context.rc_max_rate = std::llround(wish.max_bitrate * 1e6);
    // A second's worth: what players keep ready.
    context.rc_buffer_size = static_cast<int>(context.rc_max_rate);
  }

  if (is(encoder, "ffv1")) {
    ffv1(context, options, threads);
    return;
  }
  if (is_of(encoder, "_videotoolbox")) {
    // Its scale runs from 1 (worst) to 100; ours is lower-is-better with 51 as the worst.
    const double theirs = std::clamp(100.0 - 1.7 * quality, 1.0, 100.0);
    context.flags |= AV_CODEC_FLAG_QSCALE;
    context.global_quality = static_cast<int>(std::lround(theirs * FF_QP2LAMBDA));
    options.set("allow_sw", "1");
    return;
  }
  if (is_of(encoder, "_nvenc")) {
    options.set("rc", "vbr");
    options.set("cq", number(quality));
    options.set("tune", "hq");
    options.set("spatial-aq", "1");
  } else if (is(encoder, "libaom-av1")) {
    options.set("crf", std::to_string(std::lround(quality)));
    options.set("row-mt", "1");
    options.set("cpu-used", preset);
    return;
  } else if (av_opt_find(context.priv_data, "crf", nullptr, 0, 0) != nullptr) {
    options.set("crf",
                is(encoder, "libsvtav1") ? std::to_string(std::lround(quality)) : number(quality));
  } else {
    context.global_quality = static_cast<int>(std::lround(quality));
  }
  if (!preset.empty()) options.set("preset", preset);
  if (is(encoder, "libx265")) x265(context, options, hdr, threads);
  if (is(encoder, "libx264")) x264(options, hdr);
  if (is(encoder, "libsvtav1")) svt_av1(options, hdr, threads);
}

}  // namespace relievo::media
