#include "core/media/write/encoder_choice.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "core/media/write/components.hpp"
#include "core/media/write/encoder_scales.hpp"

namespace relievo::media {
namespace {

struct CodecEncoders {
  const char* name;
  AVCodecID id;
  std::vector<const char*> encoders;
};

const std::vector<CodecEncoders>& codecs() {
  static const std::vector<CodecEncoders> all {
#if defined(__APPLE__)
    {"hevc", AV_CODEC_ID_HEVC, {"hevc_videotoolbox", "libx265"}},
        {"h264", AV_CODEC_ID_H264, {"h264_videotoolbox", "libx264"}},
#else
    {"hevc", AV_CODEC_ID_HEVC, {"hevc_nvenc", "libx265"}},
        {"h264", AV_CODEC_ID_H264, {"h264_nvenc", "libx264"}},
#endif
        {"av1", AV_CODEC_ID_AV1, {"libsvtav1", "libaom-av1"}}, {
      "ffv1", AV_CODEC_ID_FFV1, {
        "ffv1"
      }
    }
  };
  return all;
}

const CodecEncoders& codec_entry(const std::string& name) {
  for (const auto& entry : codecs())
    if (name == entry.name) return entry;
  fail(RLV_E_CONFIG, "there is no codec '", name, "'; use hevc, h264, av1 or ffv1");
}

bool ends_with(const AVCodec& encoder, const char* part) {
  const std::size_t length = std::strlen(encoder.name);
  const std::size_t wanted = std::strlen(part);
  return length >= wanted && std::strcmp(encoder.name + length - wanted, part) == 0;
}

// Formats in CPU memory whose samples the packer can write. The yuvj ones are covered by the range.
std::vector<AVPixelFormat> usable_formats(const AVCodec& encoder) {
  const AVPixelFormat* list = nullptr;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const void* configs = nullptr;
  int count = 0;
  if (avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0, &configs,
                                   &count) >= 0)
    list = static_cast<const AVPixelFormat*>(configs);
#else
  list = encoder.pix_fmts;
#endif
  std::vector<AVPixelFormat> usable;
  for (; list != nullptr && *list != AV_PIX_FMT_NONE; ++list) {
    const auto* d = av_pix_fmt_desc_get(*list);
    const bool yuvj = std::strncmp(d->name, "yuvj", 4) == 0;
    const bool has_alpha = (d->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    if (!yuvj && !has_alpha && same_samples(*list, *list)) usable.push_back(*list);
  }
  return usable;
}

struct Chroma {
  int w, h;
};

Chroma chroma_of(const EncoderWish& wish, const AVPixFmtDescriptor* input) {
  if (wish.chroma == "420") return {1, 1};
  if (wish.chroma == "422") return {1, 0};
  if (wish.chroma == "444") return {0, 0};
  if (wish.chroma != "auto")
    fail(RLV_E_CONFIG, "there is no chroma '", wish.chroma, "'; use auto, 420, 422 or 444");
  if (input == nullptr || (input->flags & AV_PIX_FMT_FLAG_RGB) != 0 || input->nb_components < 3)
    return {1, 1};
  return {input->log2_chroma_w, input->log2_chroma_h};
}

// What using candidate costs; larger losses first. depth and chroma are what is wanted.
int cost(const AVPixFmtDescriptor& candidate, int depth, Chroma chroma,
         const AVPixFmtDescriptor* input) {
  int sum = 0;
  const int have = candidate.comp[0].depth;
  sum += have < depth ? 10000 * (depth - have) : 100 * (have - depth);
  const auto step = [&](int have_shift, int want_shift) {
    sum +=
        have_shift > want_shift ? 2000 * (have_shift - want_shift) : 50 * (want_shift - have_shift);
  };
  step(candidate.log2_chroma_w, chroma.w);
  step(candidate.log2_chroma_h, chroma.h);
  // Same samples, other places: a rearranging copy.
  const auto planes = [](const AVPixFmtDescriptor& d) {
    return d.comp[d.nb_components - 1].plane;
  };
  if (input != nullptr && planes(candidate) != planes(*input)) sum += 1;
  return sum;
}

bool is_grey_or_rgb(const AVPixFmtDescriptor& d) {
  return d.nb_components < 3 || (d.flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

// Those of the encoders that take it, by what wrong() says of each; fails with all that it says if
// there are none.
template <class Wrong>
std::vector<const AVCodec*> that_take(const std::string& what,
                                      const std::vector<const AVCodec*>& encoders,
                                      const Wrong& wrong) {
  std::vector<const AVCodec*> able;
  std::string reasons;
  for (const auto* encoder : encoders) {
    const auto reason = wrong(*encoder);
    if (reason.empty())
      able.push_back(encoder);
    else
      reasons += (reasons.empty() ? "" : "; ") + reason;
  }
  if (able.empty()) fail(RLV_E_CONFIG, what, ": ", reasons);
  return able;
}

std::vector<const AVCodec*> that_take_the_wish(const EncoderWish& wish,
                                               const std::vector<const AVCodec*>& encoders) {
  const auto able =
      that_take(concat("there is no preset '", wish.preset, "' for ", wish.codec), encoders,
                [&](const AVCodec& encoder) { return wrong_preset(encoder, wish.preset); });
  return that_take(concat("a quality of ", wish.quality, " is out of range for ", wish.codec), able,
                   [&](const AVCodec& encoder) { return wrong_quality(encoder, wish.quality); });
}

}  // namespace

AVCodecID codec_id_of(const std::string& codec) {
  return codec_entry(codec).id;
}

bool is_hardware(const AVCodec& encoder) {
  return ends_with(encoder, "_nvenc") || ends_with(encoder, "_videotoolbox") ||
         (encoder.capabilities & AV_CODEC_CAP_HARDWARE) != 0;
}

std::vector<const AVCodec*> encoder_candidates(const EncoderWish& wish) {
  const auto& entry = codec_entry(wish.codec);
  std::vector<const AVCodec*> found;
  std::string names;
  for (const char* name : entry.encoders) {
    const auto* encoder = avcodec_find_encoder_by_name(name);
    if (encoder == nullptr) continue;
    found.push_back(encoder);
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  if (wish.encoder == "auto") {
    if (found.empty())
      fail(RLV_E_UNSUPPORTED, "this FFmpeg has no encoder for ", wish.codec,
           "; install one with it, or choose another codec");
    return that_take_the_wish(wish, found);
  }
  const auto* named = avcodec_find_encoder_by_name(wish.encoder.c_str());
  if (named == nullptr)
    fail(RLV_E_CONFIG, "this FFmpeg has no encoder '", wish.encoder, "'; for ", wish.codec,
         " it has ", names.empty() ? "none" : names);
  if (named->id != entry.id)
    fail(RLV_E_CONFIG, "the encoder '", wish.encoder, "' writes ", avcodec_get_name(named->id),
         ", not ", wish.codec, "; set 'codec' to match, or use encoder auto");
  return that_take_the_wish(wish, {named});
}

AVPixelFormat choose_pixel_format(const AVCodec& encoder, const EncoderWish& wish,
                                  const EncoderInput& input) {
  const auto formats = usable_formats(encoder);
  const bool lossless = encoder.id == AV_CODEC_ID_FFV1;
  const auto* given = input.is_map ? nullptr : av_pix_fmt_desc_get(input.format);
  const int given_depth = given != nullptr ? given->comp[0].depth : input.is_grey ? 16 : 8;
  int depth = wish.bit_depth;
  if (depth == 0) depth = lossless ? given_depth : std::min(given_depth, 10);
  // Depth in grey shows its steps: 10 bits where that is common.
  if (wish.bit_depth == 0 && input.is_map && encoder.id == AV_CODEC_ID_H264) depth = 8;

  // Lossless keeps grey as grey and RGB as RGB; delivery codecs would write what no player shows.
  const bool plain =
      lossless && wish.chroma == "auto" && (given != nullptr ? is_grey_or_rgb(*given) : true);
  const bool want_grey = plain && (given != nullptr ? given->nb_components < 3 : input.is_grey);
  const auto chroma = plain ? Chroma{0, 0} : chroma_of(wish, given);

  AVPixelFormat best = AV_PIX_FMT_NONE;
  int best_cost = std::numeric_limits<int>::max();
  std::set<int> depths;
  for (const auto format : formats) {
    const auto* d = av_pix_fmt_desc_get(format);
    const bool grey = d->nb_components < 3;
    const bool rgb = (d->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    if (plain ? (grey != want_grey || rgb == want_grey) : (grey || rgb)) continue;
    depths.insert(d->comp[0].depth);
    const int c = cost(*d, depth, chroma, given);
    if (c < best_cost) {
      best_cost = c;
      best = format;
    }
  }
  if (best == AV_PIX_FMT_NONE)
    fail(RLV_E_UNSUPPORTED, "the encoder '", encoder.name,
         "' takes no pictures from this machine's memory; choose another encoder");
  const auto* d = av_pix_fmt_desc_get(best);
  if (wish.bit_depth != 0 && d->comp[0].depth != wish.bit_depth) {
    std::string list;
    for (const int have : depths) list += (list.empty() ? "" : ", ") + std::to_string(have);
    fail(RLV_E_CONFIG, "the encoder '", encoder.name, "' of this machine cannot write ",
         wish.bit_depth, " bits; it can write ", list);
  }
  if (wish.chroma != "auto" && (d->log2_chroma_w != chroma.w || d->log2_chroma_h != chroma.h))
    fail(RLV_E_CONFIG, "the encoder '", encoder.name, "' cannot write chroma ", wish.chroma);
  return best;
}

}  // namespace relievo::media
