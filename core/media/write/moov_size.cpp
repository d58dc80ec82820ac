#include "core/media/write/moov_size.hpp"

#include <cstring>

namespace relievo::media {
namespace {

// Per sample: stsz 4, stts 8; its chunk: co64 8, stsc 12. Video adds ctts 8, stss 4, stps 4,
// sdtp 1.
constexpr std::int64_t kSampleBytes = 32;
constexpr std::int64_t kVideoSampleBytes = 49;
// mvhd, udta's frame, and boxes that a newer muxer may add.
constexpr std::int64_t kFixedBytes = 32 * 1024;
// trak with its headers, sample entry and edit list.
constexpr std::int64_t kTrackBytes = 4 * 1024;
// A chapter stands in a text track and in chpl.
constexpr std::int64_t kChapterBytes = 128;

std::int64_t text_bytes(const AVDictionary* metadata) {
  std::int64_t sum = 0;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    sum += static_cast<std::int64_t>(std::strlen(entry->key) + std::strlen(entry->value)) + 64;
  return sum;
}

}  // namespace

std::int64_t moov_bound(const AVFormatContext& context, const std::vector<std::int64_t>& packets) {
  std::int64_t sum = kFixedBytes + text_bytes(context.metadata);
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const auto& stream = *context.streams[i];
    const auto& codec = *stream.codecpar;
    sum += kTrackBytes + text_bytes(stream.metadata) + 2 * codec.extradata_size;
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      sum += stream.attached_pic.size;
      continue;
    }
    const bool is_video = codec.codec_type == AVMEDIA_TYPE_VIDEO;
    // Subtitles: each event may need an empty one after it.
    const int samples = codec.codec_type == AVMEDIA_TYPE_SUBTITLE ? 2 : 1;
    if (i < packets.size())
      sum += packets[i] * samples * (is_video ? kVideoSampleBytes : kSampleBytes);
  }
  for (unsigned i = 0; i < context.nb_chapters; ++i)
    sum += kChapterBytes + 2 * text_bytes(context.chapters[i]->metadata);
  return sum;
}

}  // namespace relievo::media
