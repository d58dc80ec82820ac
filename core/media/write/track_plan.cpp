#include "core/media/write/track_plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace relievo::media {
namespace {

// Codecs that the MP4 muxer would take but that players of MP4 and MOV, Apple's first, do not play.
constexpr std::array kRefusedInMp4{AV_CODEC_ID_OPUS,   AV_CODEC_ID_FLAC,   AV_CODEC_ID_VORBIS,
                                   AV_CODEC_ID_DTS,    AV_CODEC_ID_TRUEHD, AV_CODEC_ID_MLP,
                                   AV_CODEC_ID_MP4ALS, AV_CODEC_ID_QCELP,  AV_CODEC_ID_EVRC};

bool is_pcm(AVCodecID codec) {
  return codec >= AV_CODEC_ID_FIRST_AUDIO && codec < AV_CODEC_ID_ADPCM_IMA_QT;
}

bool has_property(AVCodecID codec, int property) {
  const auto* descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & property) != 0;
}

bool can_convert(AVCodecID from, AVCodecID to) {
  return avcodec_find_decoder(from) != nullptr && avcodec_find_encoder(to) != nullptr;
}

bool keeps_audio(const Container& container, const AVCodecParameters& codec) {
  if (!can_hold(container, codec.codec_id)) return false;
  if (!container.is_mp4_or_mov()) return true;
  if (std::find(kRefusedInMp4.begin(), kRefusedInMp4.end(), codec.codec_id) != kRefusedInMp4.end())
    return false;
  if (container.family == Family::kMov) return true;
  // The muxer calls MP3 below 16 kHz not standard and refuses it.
  return !is_pcm(codec.codec_id) &&
         !(codec.codec_id == AV_CODEC_ID_MP3 && codec.sample_rate < 16000);
}

std::optional<AVCodecID> audio_target(const Container& container) {
  switch (container.family) {
    case Family::kMp4:
    case Family::kMov: return AV_CODEC_ID_AAC;
    case Family::kMatroska: return AV_CODEC_ID_FLAC;
    case Family::kWebm: return AV_CODEC_ID_OPUS;
    case Family::kPicture: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<AVCodecID> text_target(const Container& container) {
  switch (container.family) {
    case Family::kMp4:
    case Family::kMov: return AV_CODEC_ID_MOV_TEXT;
    case Family::kMatroska: return AV_CODEC_ID_SUBRIP;
    case Family::kWebm: return AV_CODEC_ID_WEBVTT;
    case Family::kPicture: return std::nullopt;
  }
  return std::nullopt;
}

// Collects plans and notes over the streams.
class Planner {
 public:
  Planner(const Container& container, bool only_aac, TracksPlan& plan)
      : container_(container), only_aac_(only_aac), plan_(plan) {}

  void audio(const AVStream& stream) {
    ++audio_;
    const auto& codec = *stream.codecpar;
    const bool refused = only_aac_ && codec.codec_id != AV_CODEC_ID_AAC;
    if (!refused && keeps_audio(container_, codec))
      return add(stream, TrackAction::kCopy, codec.codec_id);
    const auto target = refused ? std::optional(AV_CODEC_ID_AAC) : audio_target(container_);
    const auto who = label("audio track ", audio_, stream);
    if (target && can_convert(codec.codec_id, *target)) {
      if (refused)
        note(who, " becomes aac, as audio: aac asks");
      else
        note(who, " becomes ", avcodec_get_name(*target), ": ", container_.ending,
             " players do not take it as it is", way_out(codec.codec_id));
      return add(stream, TrackAction::kConvert, *target);
    }
    note(who, " is left out: it can be neither kept nor converted for ", container_.ending,
         way_out(codec.codec_id));
  }

  void subtitle(const AVStream& stream) {
    ++subtitles_;
    const auto id = stream.codecpar->codec_id;
    const bool is_bitmap = has_property(id, AV_CODEC_PROP_BITMAP_SUB);
    if (can_hold(container_, id) && !(is_bitmap && container_.is_mp4_or_mov()))
      return add(stream, TrackAction::kCopy, id);
    const auto who = label("subtitle track ", subtitles_, stream);
    const auto target = text_target(container_);
    if (!is_bitmap && target && has_property(id, AV_CODEC_PROP_TEXT_SUB) &&
        can_convert(id, *target)) {
      note(who, " becomes ", avcodec_get_name(*target), ", which is what ", container_.ending,
           " holds", way_out(id));
      return add(stream, TrackAction::kConvert, *target);
    }
    note(who, " is left out: ", container_.ending, " holds no ",
         is_bitmap ? "subtitles that are pictures" : "such subtitles", way_out(id));
  }

  void video(const AVStream& stream) {
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) {
      ++videos_;
      return;
    }
    const auto id = stream.codecpar->codec_id;
    const bool known = id == AV_CODEC_ID_MJPEG || id == AV_CODEC_ID_PNG;
    if (known && stream.attached_pic.size > 0 && container_.family == Family::kMp4)
      return add(stream, TrackAction::kCover, id);
    if (known && stream.attached_pic.size > 0 && container_.family == Family::kMatroska)
      return add(stream, TrackAction::kAttachment, id);
    note("the cover picture is left out: ", container_.ending, " cannot hold it");
  }

  void attachment(const AVStream& stream) {
    const bool named = av_dict_get(stream.metadata, "filename", nullptr, 0) != nullptr &&
                       av_dict_get(stream.metadata, "mimetype", nullptr, 0) != nullptr;
    if (container_.family == Family::kMatroska && named && stream.codecpar->extradata_size > 0)
      return add(stream, TrackAction::kAttachment, stream.codecpar->codec_id);
    ++attachments_;
  }

  void data() { ++data_; }

  void finish() {
    if (videos_ > 0)
      note(counted(videos_, "further video track"), " left out: the output shows one");
    if (attachments_ > 0)
      note(counted(attachments_, "attached file"), " left out: ", container_.ending,
           " cannot hold them",
           container_.family == Family::kMatroska ? "" : "; a .mkv keeps them");
    if (data_ > 0)
      note(counted(data_, "data track"), " left out: their content describes the 2D recording");
  }

 private:
  static std::string counted(int n, const char* what) {
    return concat(n, " ", what, n == 1 ? " is" : "s are");
  }

  static std::string label(const char* kind, int number, const AVStream& stream) {
    const auto* language = av_dict_get(stream.metadata, "language", nullptr, 0);
    return concat(kind, number, " (", avcodec_get_name(stream.codecpar->codec_id),
                  language != nullptr ? ", " : "", language != nullptr ? language->value : "", ")");
  }

  // Matroska, where it keeps the track as it is.
  [[nodiscard]] std::string way_out(AVCodecID codec) const {
    const auto& mkv = container_of("x.mkv");
    return container_.family != Family::kMatroska && can_hold(mkv, codec) ? "; a .mkv keeps it"
                                                                          : "";
  }

  void add(const AVStream& stream, TrackAction action, AVCodecID codec) {
    plan_.tracks.push_back({stream.index, action, codec});
  }
  template <class... Parts>
  void note(const Parts&... parts) {
    plan_.notes.push_back(concat(parts...));
  }

  const Container& container_;
  bool only_aac_;
  TracksPlan& plan_;
  int audio_ = 0;
  int subtitles_ = 0;
  int videos_ = 0;
  int attachments_ = 0;
  int data_ = 0;
};

}  // namespace

TracksPlan plan_tracks(const AVFormatContext& source, int video_stream, const Container& container,
                       const std::string& wanted, const std::string& audio) {
  TracksPlan plan;
  if (wanted == "none") return plan;
  const bool all = wanted == "all";
  Planner planner(container, audio == "aac" && can_hold(container, AV_CODEC_ID_AAC), plan);
  for (unsigned i = 0; i < source.nb_streams; ++i) {
    const auto& stream = *source.streams[i];
    if (stream.index == video_stream) continue;
    switch (stream.codecpar->codec_type) {
      case AVMEDIA_TYPE_AUDIO: planner.audio(stream); break;
      case AVMEDIA_TYPE_SUBTITLE:
        if (all) planner.subtitle(stream);
        break;
      case AVMEDIA_TYPE_VIDEO:
        if (all) planner.video(stream);
        break;
      case AVMEDIA_TYPE_ATTACHMENT:
        if (all) planner.attachment(stream);
        break;
      default:
        if (all) planner.data();
    }
  }
  planner.finish();
  return plan;
}

}  // namespace relievo::media
