#include "core/media/write/metadata_copy.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace relievo::media {
namespace {

// Keys, in lower case, that are wrong for a new file. Matroska adds the language to some: BPS-eng.
constexpr std::array<std::string_view, 15> kStale{
    "encoder",  "major_brand", "minor_version",    "compatible_brands", "rotate",
    "timecode", "vendor_id",   "stereo_mode",      "alpha_mode",        "duration",
    "bps",      "source_id",   "number_of_frames", "number_of_bytes",   "encoder_options"};

bool is_stale(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.rfind("_statistics", 0) == 0) return true;
  return std::any_of(kStale.begin(), kStale.end(), [&](std::string_view stale) {
    return lower == stale || (lower.size() == stale.size() + 4 && lower.rfind(stale, 0) == 0 &&
                              lower[stale.size()] == '-');
  });
}

template <class Wanted>
void copy_entries(const AVDictionary* source, AVDictionary** target, Wanted&& wanted) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(source, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    if (!is_stale(entry->key) && wanted(entry->key))
      av_dict_set(target, entry->key, entry->value, AV_DICT_DONT_OVERWRITE);
}

}  // namespace

void copy_global_metadata(const AVFormatContext& source, AVFormatContext& target) {
  copy_entries(source.metadata, &target.metadata, [](const char*) { return true; });
  // Ogg has the titles in its tracks.
  if (std::string_view(source.iformat->name) == "ogg")
    for (unsigned i = 0; i < source.nb_streams; ++i)
      copy_entries(source.streams[i]->metadata, &target.metadata,
                   [](const char* key) { return std::string_view(key) != "language"; });
}

void copy_track_metadata(const AVStream& source, AVStream& target, const Container& container) {
  copy_entries(source.metadata, &target.metadata, [&](const char* key) {
    return container.is_mp4_or_mov() || std::string_view(key) != "handler_name";
  });
  target.disposition = source.disposition;
}

void copy_chapters(const AVFormatContext& source, AVFormatContext& target,
                   const Timeline& timeline) {
  if (source.nb_chapters == 0) return;
  // libavformat frees them with the context; the array grows as its own code would let it.
  auto** chapters =
      static_cast<AVChapter**>(check_alloc(av_calloc(source.nb_chapters, sizeof(AVChapter*))));
  unsigned count = 0;
  for (unsigned i = 0; i < source.nb_chapters; ++i) {
    const auto& from = *source.chapters[i];
    const auto start_us = av_rescale_q(from.start, from.time_base, AV_TIME_BASE_Q);
    const auto shift = timeline.shift(AV_TIME_BASE_Q);
    const auto start = start_us + shift;
    const auto end =
        std::min(av_rescale_q(from.end, from.time_base, AV_TIME_BASE_Q), timeline.end) + shift;
    const auto cut = av_rescale_q(timeline.cut, timeline.clock, AV_TIME_BASE_Q);
    if (start_us >= timeline.end || (timeline.trimmed && end - shift <= cut)) continue;
    auto* made = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (made == nullptr) break;
    made->id = from.id;
    made->time_base = {1, 1000000};
    made->start = std::max<std::int64_t>(0, start);
    made->end = std::max(made->start, end);
    copy_entries(from.metadata, &made->metadata, [](const char*) { return true; });
    chapters[count++] = made;
  }
  target.chapters = chapters;
  target.nb_chapters = count;
}

}  // namespace relievo::media
