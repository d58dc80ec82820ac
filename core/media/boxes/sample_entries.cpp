#include "core/media/boxes/sample_entries.hpp"

namespace relievo::media {
namespace {

// VisualSampleEntry without its boxes: 8 bytes of SampleEntry, 70 of its own.
constexpr std::size_t kEntryFields = 78;

std::uint32_t track_number(const Box& track) {
  const auto* header = track.find(four_cc("tkhd"));
  if (header == nullptr || header->head.empty()) return 0;
  // Version 1 has creation and modification times of 64 bits before it.
  const std::size_t position = header->head[0] == 1 ? 20 : 12;
  if (header->head.size() < position + 4) return 0;
  return static_cast<std::uint32_t>(header->number(position, 4));
}

bool is_video(const Box& track) {
  const auto* handler = track.find({four_cc("mdia"), four_cc("hdlr")});
  return handler != nullptr && handler->head.size() >= 12 &&
         handler->number(8, 4) == four_cc("vide");
}

Box* descend(Box& from, std::initializer_list<FourCc> path) {
  return const_cast<Box*>(from.find(path));
}

}  // namespace

std::vector<VideoEntry> video_entries(Box& moov) {
  std::vector<VideoEntry> found;
  for (auto& track : moov.children) {
    if (track.type != four_cc("trak") || !is_video(track)) continue;
    auto* descriptions =
        descend(track, {four_cc("mdia"), four_cc("minf"), four_cc("stbl"), four_cc("stsd")});
    if (descriptions == nullptr) continue;
    for (auto& entry : descriptions->children)
      if (open_box(entry, kEntryFields)) found.push_back({track_number(track), &entry});
  }
  return found;
}

}  // namespace relievo::media
