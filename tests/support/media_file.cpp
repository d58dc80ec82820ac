#include "tests/support/media_file.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "core/media/av.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/components.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
#include <libavutil/stereo3d.h>
}

namespace relievo::test {
namespace {

using namespace media;

std::map<std::string, std::string> entries(const AVDictionary* dictionary) {
  std::map<std::string, std::string> result;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    result[entry->key] = entry->value;
  return result;
}

InputPtr open(const std::filesystem::path& path) {
  AVFormatContext* opened = nullptr;
  const auto url = "file:" + path.string();
  const int result = avformat_open_input(&opened, url.c_str(), nullptr, nullptr);
  if (result < 0) throw std::runtime_error(path.string() + ": " + av_error_text(result));
  InputPtr input(opened);
  avformat_find_stream_info(opened, nullptr);
  return input;
}

bool has_side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
  return av_packet_side_data_get(stream.codecpar->coded_side_data,
                                 stream.codecpar->nb_coded_side_data, type) != nullptr;
#else
  return av_stream_get_side_data(&stream, type, nullptr) != nullptr;
#endif
}

ReadStream describe(const AVStream& stream) {
  const auto& codec = *stream.codecpar;
  ReadStream result{};
  result.type = codec.codec_type;
  result.codec = codec.codec_id;
  result.tag = codec.codec_tag;
  result.timebase = stream.time_base;
  result.sar =
      codec.sample_aspect_ratio.num != 0 ? codec.sample_aspect_ratio : stream.sample_aspect_ratio;
  result.format = static_cast<AVPixelFormat>(codec.format);
  result.width = codec.width;
  result.height = codec.height;
  result.channels = codec.ch_layout.nb_channels;
  result.sample_rate = codec.sample_rate;
  result.disposition = stream.disposition;
  result.colour = {static_cast<std::uint8_t>(codec.color_primaries),
                   static_cast<std::uint8_t>(codec.color_trc),
                   static_cast<std::uint8_t>(codec.color_space),
                   static_cast<std::uint8_t>(codec.color_range == AVCOL_RANGE_JPEG),
                   static_cast<std::uint8_t>(codec.chroma_location - 1),
                   {}};
  result.metadata = entries(stream.metadata);
  result.has_mastering_display = has_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
  result.has_content_light = has_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
  result.extradata.assign(reinterpret_cast<const char*>(codec.extradata),
                          static_cast<std::size_t>(codec.extradata_size));
  return result;
}

CodecPtr open_decoder(const AVStream& stream) {
  const auto* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  CodecPtr context(avcodec_alloc_context3(decoder));
  avcodec_parameters_to_context(context.get(), stream.codecpar);
  context->pkt_timebase = stream.time_base;
  check_av(avcodec_open2(context.get(), decoder, nullptr), RLV_E_UNSUPPORTED, "decoder");
  return context;
}

// Calls use for every frame of the stream until it says false.
void decode(AVFormatContext& input, int stream, const std::function<bool(const AVFrame&)>& use) {
  const auto decoder = open_decoder(*input.streams[stream]);
  const auto packet = make_packet();
  const auto frame = make_av_frame();
  const auto drain = [&] {
    while (avcodec_receive_frame(decoder.get(), frame.get()) >= 0)
      if (!use(*frame)) return false;
    return true;
  };
  while (av_read_frame(&input, packet.get()) >= 0) {
    if (packet->stream_index == stream) avcodec_send_packet(decoder.get(), packet.get());
    av_packet_unref(packet.get());
    if (!drain()) return;
  }
  avcodec_send_packet(decoder.get(), nullptr);
  static_cast<void>(drain());
}

int nth_stream(const AVFormatContext& input, AVMediaType type, std::size_t n) {
  for (unsigned i = 0; i < input.nb_streams; ++i)
    if (input.streams[i]->codecpar->codec_type == type && n-- == 0) return static_cast<int>(i);
  throw std::runtime_error("no such stream");
}

std::uint16_t big_endian(std::uint16_t v) {
  return static_cast<std::uint16_t>(v >> 8 | v << 8);
}

DecodedPicture unpack(const AVFrame& frame) {
  DecodedPicture picture{};
  picture.pts = frame.best_effort_timestamp;
  picture.format = static_cast<AVPixelFormat>(frame.format);
  picture.width = frame.width;
  picture.height = frame.height;
  picture.colour = colour_of(frame);
  for (int i = 0; i < frame.nb_side_data; ++i)
    picture.side_data.push_back(frame.side_data[i]->type);
  if (const auto* found = av_frame_get_side_data(&frame, AV_FRAME_DATA_STEREO3D)) {
    const auto* stereo = reinterpret_cast<const AVStereo3D*>(found->data);
    picture.stereo = static_cast<int>(stereo->type);
    picture.stereo_inverted = (stereo->flags & AV_STEREO3D_FLAG_INVERT) != 0;
  }
  picture.has_mastering_display =
      av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA) != nullptr;
  if (const auto* light = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL))
    picture.max_cll = reinterpret_cast<const AVContentLightMetadata*>(light->data)->MaxCLL;
  const auto* d = av_pix_fmt_desc_get(picture.format);
  for (int c = 0; c < d->nb_components; ++c) {
    const auto component = component_of(frame, c);
    std::vector<std::uint16_t> samples;
    for (int y = 0; y < component.height; ++y)
      for (int x = 0; x < component.width; ++x) {
        const auto* at = component.data + y * component.row_bytes + x * component.step;
        std::uint16_t v = *at;
        if (component.is_wide()) {
          v = *reinterpret_cast<const std::uint16_t*>(at);
          if ((d->flags & AV_PIX_FMT_FLAG_BE) != 0) v = big_endian(v);
        }
        samples.push_back(static_cast<std::uint16_t>(v >> component.shift));
      }
    picture.components.push_back(std::move(samples));
    picture.component_width.push_back(component.width);
  }
  return picture;
}

}  // namespace

std::vector<double> ReadStream::times() const {
  std::vector<double> result;
  for (const auto& packet : packets)
    result.push_back(static_cast<double>(packet.pts) * av_q2d(timebase));
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<const ReadStream*> ReadFile::of(AVMediaType type) const {
  std::vector<const ReadStream*> result;
  for (const auto& stream : streams)
    if (stream.type == type) result.push_back(&stream);
  return result;
}

const ReadStream& ReadFile::video() const& {
  const auto all = of(AVMEDIA_TYPE_VIDEO);
  if (all.empty()) throw std::runtime_error("no video stream");
  return *all.front();
}

ReadFile read_file(const std::filesystem::path& path) {
  const auto input = open(path);
  ReadFile file{};
  file.format = input->iformat->name;
  file.metadata = entries(input->metadata);
  file.start = input->start_time == AV_NOPTS_VALUE ? 0 : input->start_time / 1e6;
  file.duration = input->duration == AV_NOPTS_VALUE ? 0 : input->duration / 1e6;
  for (unsigned i = 0; i < input->nb_streams; ++i)
    file.streams.push_back(describe(*input->streams[i]));
  for (unsigned i = 0; i < input->nb_chapters; ++i) {
    const auto& chapter = *input->chapters[i];
    auto metadata = entries(chapter.metadata);
    file.chapters.push_back({chapter.start * av_q2d(chapter.time_base),
                             chapter.end * av_q2d(chapter.time_base), metadata["title"]});
  }
  const auto packet = make_packet();
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    const std::string_view bytes(reinterpret_cast<const char*>(packet->data),
                                 static_cast<std::size_t>(packet->size));
    file.streams[static_cast<std::size_t>(packet->stream_index)].packets.push_back(
        {packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts, packet->dts, packet->duration,
         bytes.size(), std::hash<std::string_view>{}(bytes), (packet->flags & AV_PKT_FLAG_KEY) != 0,
         (packet->flags & AV_PKT_FLAG_DISCARD) == 0});
    av_packet_unref(packet.get());
  }
  return file;
}

std::vector<DecodedPicture> decode_pictures(const std::filesystem::path& path, std::size_t limit) {
  const auto input = open(path);
  std::vector<DecodedPicture> pictures;
  decode(*input, nth_stream(*input, AVMEDIA_TYPE_VIDEO, 0), [&](const AVFrame& frame) {
    pictures.push_back(unpack(frame));
    return pictures.size() < limit;
  });
  return pictures;
}

DecodedSound decode_sound(const std::filesystem::path& path, std::size_t track) {
  constexpr int kRate = 48000;
  const auto input = open(path);
  const int stream = nth_stream(*input, AVMEDIA_TYPE_AUDIO, track);
  const auto timebase = input->streams[stream]->time_base;
  DecodedSound sound{};
  SwrPtr resampler;
  AVChannelLayout mono{};
  av_channel_layout_default(&mono, 1);
  decode(*input, stream, [&](const AVFrame& frame) {
    if (!resampler) {
      SwrContext* made = nullptr;
      AVChannelLayout from{};
      av_channel_layout_copy(&from, &frame.ch_layout);
      swr_alloc_set_opts2(&made, &mono, AV_SAMPLE_FMT_FLT, kRate, &from,
                          static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
      resampler.reset(made);
      swr_init(made);
      sound.start = frame.best_effort_timestamp * av_q2d(timebase);
    }
    const double at = frame.best_effort_timestamp * av_q2d(timebase) - sound.start;
    const auto position = static_cast<std::size_t>(std::max(0.0, at * kRate));
    const auto delay = static_cast<std::size_t>(swr_get_delay(resampler.get(), kRate));
    if (position > sound.samples.size() + delay + kRate / 100)
      sound.samples.resize(position - delay, 0.0F);
    std::vector<float> out(
        static_cast<std::size_t>(swr_get_out_samples(resampler.get(), frame.nb_samples)));
    auto* data = reinterpret_cast<std::uint8_t*>(out.data());
    const int n =
        swr_convert(resampler.get(), &data, static_cast<int>(out.size()),
                    const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
    sound.samples.insert(sound.samples.end(), out.begin(), out.begin() + n);
    return true;
  });
  return sound;
}

}  // namespace relievo::test
