#include "core/media/boxes/stereo_boxes.hpp"

#include <algorithm>

#include "core/media/boxes/file_boxes.hpp"

namespace relievo::media {
namespace {

// A box with version 0, no flags, and one field.
Box full_box(FourCc type, std::size_t bytes, std::uint64_t value) {
  Bytes head;
  add_number(head, 4, 0);
  add_number(head, bytes, value);
  return make_box(type, std::move(head));
}

// The field of such a box.
template <class T>
std::optional<T> field_of(const Box* box, std::size_t position = 4) {
  if (box == nullptr || box->head.size() < position + sizeof(T)) return std::nullopt;
  return static_cast<T>(box->number(position, sizeof(T)));
}

void remove(Box& box, FourCc child) {
  std::erase_if(box.children, [&](const Box& b) { return b.type == child; });
}

// st3d stands before the shape of the picture's pixels.
void insert_before_shape(Box& entry, Box box) {
  const auto place = std::find_if(entry.children.begin(), entry.children.end(), [](const Box& b) {
    return b.type == four_cc("clap") || b.type == four_cc("pasp");
  });
  entry.children.insert(place, std::move(box));
}

}  // namespace

Box make_vexu(const PackedViews& views) {
  const unsigned eyes =
      kHasLeftEye | kHasRightEye | (views.right_first ? unsigned{kEyesReversed} : 0U);
  const auto packing = views.packing == Packing::kSideBySide ? four_cc("side") : four_cc("over");
  return make_box(
      four_cc("vexu"),
      std::vector<Box>{
          make_box(four_cc("eyes"), std::vector<Box>{full_box(four_cc("stri"), 1, eyes)}),
          make_box(four_cc("pack"), std::vector<Box>{full_box(four_cc("pkin"), 4, packing)})});
}

std::optional<Box> make_st3d(const PackedViews& views) {
  if (views.right_first) return std::nullopt;
  return full_box(four_cc("st3d"), 1, views.packing == Packing::kSideBySide ? 2 : 1);
}

void mark_packed_views(Box& moov, const PackedViews& views) {
  const auto entries = video_entries(moov);
  if (entries.empty()) fail(RLV_E_UNSUPPORTED, "its index has no picture track");
  for (const auto& [track, entry] : entries) {
    if (track != entries.front().track) continue;
    remove(*entry, four_cc("vexu"));
    remove(*entry, four_cc("st3d"));
    if (auto st3d = make_st3d(views)) insert_before_shape(*entry, std::move(*st3d));
    entry->children.push_back(make_vexu(views));
  }
}

bool StereoFacts::is_stereo() const {
  constexpr unsigned kBoth = kHasLeftEye | kHasRightEye;
  return has_second_layer || packing || (eyes && (*eyes & kBoth) == kBoth) || (st3d && *st3d != 0);
}

StereoFacts stereo_facts(const VideoEntry& video) {
  const auto& entry = *video.entry;
  StereoFacts facts;
  facts.track = video.track;
  facts.has_second_layer = entry.find(four_cc("lhvC")) != nullptr;
  facts.field_of_view = field_of<std::uint32_t>(entry.find(four_cc("hfov")), 0);
  facts.st3d = field_of<std::uint8_t>(entry.find(four_cc("st3d")));
  facts.is_spherical = entry.find(four_cc("sv3d")) != nullptr;
  const auto* usage = entry.find(four_cc("vexu"));
  if (usage == nullptr) return facts;
  facts.eyes = field_of<std::uint8_t>(usage->find({four_cc("eyes"), four_cc("stri")}));
  facts.hero = field_of<std::uint8_t>(usage->find({four_cc("eyes"), four_cc("hero")}));
  facts.baseline =
      field_of<std::uint32_t>(usage->find({four_cc("eyes"), four_cc("cams"), four_cc("blin")}));
  facts.adjustment =
      field_of<std::int32_t>(usage->find({four_cc("eyes"), four_cc("cmfy"), four_cc("dadj")}));
  facts.projection = field_of<FourCc>(usage->find({four_cc("proj"), four_cc("prji")}));
  facts.packing = field_of<FourCc>(usage->find({four_cc("pack"), four_cc("pkin")}));
  return facts;
}

std::vector<StereoFacts> read_stereo_facts(const std::filesystem::path& file) {
  std::vector<StereoFacts> facts;
  try {
    auto index = read_index(file);
    if (index)
      for (const auto& entry : video_entries(*index)) facts.push_back(stereo_facts(entry));
  } catch (const std::exception&) {
    facts.clear();
  }
  return facts;
}

}  // namespace relievo::media
