#include "core/media/read/inspect.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

extern "C" {
#include <libavutil/pixdesc.h>
#include <libavutil/spherical.h>
}

#include "core/media/boxes/stereo_boxes.hpp"
#include "core/media/read/decode.hpp"
#include "core/media/read/dolby_vision.hpp"
#include "core/media/read/name_token.hpp"
#include "core/media/read/packets.hpp"
#include "core/media/read/side_data.hpp"
#include "core/media/read/stereo_input.hpp"

namespace relievo::media {
namespace {

using Json = nlohmann::ordered_json;
using Kind = StereoInput::Kind;

// A damaged film may go on for ever without a picture.
constexpr int kLookPackets = 300;

constexpr const char* kHalfEquirectangular = "half equirectangular";

Json text_or_null(const char* text) {
  return text == nullptr || *text == '\0' ? Json() : Json(text);
}

const char* kind_of(const AVStream& stream) {
  if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) return "cover";
  switch (stream.codecpar->codec_type) {
    case AVMEDIA_TYPE_VIDEO: return "video";
    case AVMEDIA_TYPE_AUDIO: return "audio";
    case AVMEDIA_TYPE_SUBTITLE: return "subtitle";
    case AVMEDIA_TYPE_ATTACHMENT: return "attachment";
    default: return "data";
  }
}

// "hvc1"; of containers without tags null.
Json tag_of(const AVCodecParameters& codec) {
  std::string text;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    const auto c = static_cast<char>(codec.codec_tag >> shift & 0xFFU);
    if (c < 32 || c > 126) return {};
    text += c;
  }
  return text;
}

double seconds_of(const AVFormatContext& format, const AVStream& stream) {
  if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0)
    return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  return format.duration == AV_NOPTS_VALUE ? 0.0
                                           : static_cast<double>(format.duration) / AV_TIME_BASE;
}

Json colour_json(const AVCodecParameters& codec) {
  return {{"primaries", text_or_null(av_color_primaries_name(codec.color_primaries))},
          {"transfer", text_or_null(av_color_transfer_name(codec.color_trc))},
          {"matrix", text_or_null(av_color_space_name(codec.color_space))},
          {"range", text_or_null(av_color_range_name(codec.color_range))}};
}

void describe_pictures(AVFormatContext& format, AVStream& stream, Json& json) {
  const auto& codec = *stream.codecpar;
  json["width"] = codec.width;
  json["height"] = codec.height;
  auto shape = av_guess_sample_aspect_ratio(&format, &stream, nullptr);
  if (shape.num <= 0 || shape.den <= 0) shape = {1, 1};
  json["pixel_shape"] = concat(shape.num, ":", shape.den);
  json["pixel_format"] =
      text_or_null(av_get_pix_fmt_name(static_cast<AVPixelFormat>(codec.format)));
  const auto rate = av_guess_frame_rate(&format, &stream, nullptr);
  const double a_second = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
  json["rate"] = a_second;
  const double seconds = seconds_of(format, stream);
  json["frames"] = stream.nb_frames > 0 ? stream.nb_frames : std::llround(seconds * a_second);
  json["frames_exact"] = stream.nb_frames > 0;
  json["colour"] = colour_json(codec);
  const auto dolby = dolby_vision(stream);
  json["dolby_vision"] = dolby ? Json(dolby->name()) : Json();
}

Json track_json(AVFormatContext& format, AVStream& stream) {
  const auto& codec = *stream.codecpar;
  Json json{{"kind", kind_of(stream)},
            {"codec", avcodec_get_name(codec.codec_id)},
            {"profile", text_or_null(avcodec_profile_name(codec.codec_id, codec.profile))},
            {"tag", tag_of(codec)}};
  const auto* language = av_dict_get(stream.metadata, "language", nullptr, 0);
  json["language"] = language == nullptr ? Json() : Json(language->value);
  json["duration_s"] = seconds_of(format, stream);
  if (codec.codec_type == AVMEDIA_TYPE_VIDEO) describe_pictures(format, stream, json);
  if (codec.codec_type == AVMEDIA_TYPE_AUDIO) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    json["channels"] = codec.ch_layout.nb_channels;
#else
    json["channels"] = codec.channels;
#endif
    json["sample_rate"] = codec.sample_rate;
  }
  return json;
}

template <class T>
Json value_or_null(const std::optional<T>& value, double unit) {
  return value ? Json(static_cast<double>(*value) * unit) : Json();
}

Json word_or_null(const std::optional<FourCc>& word) {
  return word ? Json(text_of(*word)) : Json();
}

Json eye_name(const std::optional<std::uint8_t>& eye) {
  if (!eye) return {};
  return *eye == 1 ? "left" : *eye == 2 ? "right" : "none";
}

// Null if the sample entry has none of the boxes.
Json boxes_json(const StereoFacts& facts) {
  if (!facts.has_second_layer && !facts.eyes && !facts.packing && !facts.st3d &&
      !facts.is_spherical && !facts.field_of_view)
    return {};
  const auto bit = [&](unsigned mask) {
    return facts.eyes && (*facts.eyes & mask) != 0;
  };
  const char* st3d = nullptr;
  if (facts.st3d) st3d = *facts.st3d == 1 ? "top-bottom" : *facts.st3d == 2 ? "left-right" : "mono";
  return {{"second_layer", facts.has_second_layer},
          {"left_eye", bit(kHasLeftEye)},
          {"right_eye", bit(kHasRightEye)},
          {"eyes_reversed", bit(kEyesReversed)},
          {"hero", eye_name(facts.hero)},
          {"packing", word_or_null(facts.packing)},
          {"projection", word_or_null(facts.projection)},
          {"baseline_mm", value_or_null(facts.baseline, 1e-3)},
          {"field_of_view_deg", value_or_null(facts.field_of_view, 1e-3)},
          {"disparity_adjustment", value_or_null(facts.adjustment, 1e-4)},
          {"st3d", text_or_null(st3d)},
          {"spherical", facts.is_spherical},
          {"span_deg", facts.span ? Json{facts.span->across, facts.span->upright} : Json()}};
}

// How the container says that a sphere lies in the picture; null for flat ones.
Json projection_json(const SideBytes& data) {
  AVSphericalMapping mapping{};
  if (data.data == nullptr || data.size < sizeof(mapping)) return {};
  std::memcpy(&mapping, data.data, sizeof(mapping));
  if (mapping.projection == AV_SPHERICAL_EQUIRECTANGULAR_TILE &&
      mapping.bound_left == kQuarterTurn && mapping.bound_right == kQuarterTurn)
    return kHalfEquirectangular;
  return text_or_null(av_spherical_projection_name(mapping.projection));
}

// The message in the first picture; fault says why there is none.
StereoInput stereo_of_first_picture(PacketReader& reader, std::string& fault) {
  try {
    int read = 0;
    Decoder decoder(reader.stream(), {},
                    [&]() -> PacketPtr { return read++ < kLookPackets ? reader.read() : nullptr; });
    const auto picture = decoder.next();
    if (!picture) fail(RLV_E_IO, "no picture can be decoded");
    const auto* data = av_frame_get_side_data(picture.get(), AV_FRAME_DATA_STEREO3D);
    return data == nullptr ? StereoInput{} : stereo_of_side_data(data->data, data->size);
  } catch (const std::exception& e) {
    fault = e.what();
    return {};
  }
}

Json name_or_null(const StereoInput& input) {
  return input.kind == Kind::kNone ? Json() : Json(input.name);
}

// Half layouts say by the shape of a pixel that it was squeezed.
std::string size_word(const StereoInput& input, const std::string& pixel_shape) {
  if (input.name.starts_with("VR180")) return "";
  if (input.kind == Kind::kSideBySide) return pixel_shape == "2:1" ? "half " : "full ";
  if (input.kind == Kind::kTopBottom) return pixel_shape == "1:2" ? "half " : "full ";
  return "";
}

std::string verdict_of(const StereoInput& found, const std::string& places, const NameToken& name,
                       const std::string& pixel_shape) {
  if (found.kind == Kind::kNone) {
    if (name.shape == NameToken::Shape::kNone) return "flat: nothing says that it is 3D";
    return concat("its name says ", name.layout, " (", name.token, "), the file itself nothing");
  }
  auto text = concat("3D: ", size_word(found, pixel_shape), found.name, ", said by ", places);
  const bool other_shape =
      (found.kind == Kind::kSideBySide && name.shape == NameToken::Shape::kTopBottom) ||
      (found.kind == Kind::kTopBottom && name.shape == NameToken::Shape::kSideBySide);
  if (other_shape)
    text += concat("; its name says otherwise: ", name.layout, " (", name.token, ")");
  return text;
}

}  // namespace

nlohmann::ordered_json inspect_file(const std::string& path, int track,
                                    const IsCancelled& is_cancelled) {
  PacketReader reader(open_input(path, track, is_cancelled));
  auto& format = reader.format();
  std::error_code no_file;
  const auto bytes = std::filesystem::file_size(path, no_file);
  Json json{{"path", path},
            {"bytes", no_file ? Json() : Json(bytes)},
            {"container", format.iformat->long_name == nullptr ? format.iformat->name
                                                               : format.iformat->long_name},
            {"duration_s", format.duration == AV_NOPTS_VALUE
                               ? 0.0
                               : static_cast<double>(format.duration) / AV_TIME_BASE}};
  auto& tracks = json["tracks"] = Json::array();
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    tracks.push_back(track_json(format, *format.streams[i]));
    if (static_cast<int>(i) == reader.input().video_stream) tracks.back()["picture"] = true;
  }
  const auto shape = tracks[static_cast<std::size_t>(reader.input().video_stream)].value(
      "pixel_shape", std::string("1:1"));

  StereoFacts facts;
  for (const auto& one : read_stereo_facts(path))
    if (static_cast<int>(one.track) == reader.stream().id) facts = one;
  const auto in_boxes = stereo_of_boxes(facts);
  const auto data = stream_side_data(reader.stream(), AV_PKT_DATA_STEREO3D);
  const auto in_container = stereo_of_side_data(data.data, data.size);
  std::string fault;
  const auto in_stream = stereo_of_first_picture(reader, fault);
  const auto name = name_token(std::filesystem::path(path).stem().string());

  json["stereo"] = {
      {"boxes", boxes_json(facts)},
      {"container", name_or_null(in_container)},
      {"container_projection",
       projection_json(stream_side_data(reader.stream(), AV_PKT_DATA_SPHERICAL))},
      {"stream", name_or_null(in_stream)},
      {"name", name.token.empty() ? Json() : Json{{"token", name.token}, {"layout", name.layout}}}};
  if (!fault.empty()) json["fault"] = fault;
  std::string places;
  const auto add = [&](const StereoInput& input, const char* place) {
    if (input.kind != Kind::kNone) places += concat(places.empty() ? "" : ", ", place);
  };
  add(in_boxes, "its boxes");
  add(in_container, "the container");
  add(in_stream, "the stream");
  auto found = in_boxes;
  if (found.kind == Kind::kNone) {
    found = in_container;
    if (json["stereo"]["container_projection"] == kHalfEquirectangular)
      found.name = "VR180, " + found.name;
  }
  if (found.kind == Kind::kNone) found = in_stream;
  json["verdict"] = verdict_of(found, places, name, shape);
  return json;
}

}  // namespace relievo::media
