#include "core/media/boxes/stereo_boxes.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

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

// Bounds of sv3d: shares of a whole sphere that lie beyond a view's edges, in 2^-32.
constexpr double kWholeSphere = 4294967296.0;

// The field of such a box.
template <class T>
std::optional<T> field_of(const Box* box, std::size_t position = 4) {
  if (box == nullptr || box->head.size() < position + sizeof(T)) return std::nullopt;
  return static_cast<T>(box->number(position, sizeof(T)));
}

std::optional<StereoFacts::Span> span_of(const Box* equi) {
  constexpr std::size_t kFields = 20;
  if (equi == nullptr || equi->head.size() < kFields) return std::nullopt;
  const auto bound = [&](std::size_t i) {
    return static_cast<double>(equi->number(4 + 4 * i, 4)) / kWholeSphere;
  };
  return StereoFacts::Span{360.0 * (1.0 - bound(2) - bound(3)),
                           180.0 * (1.0 - bound(0) - bound(1))};
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
  std::vector<Box> parts{
      make_box(four_cc("eyes"), std::vector<Box>{full_box(four_cc("stri"), 1, eyes)})};
  if (views.half_equirect)
    parts.push_back(
        make_box(four_cc("proj"), std::vector<Box>{full_box(four_cc("prji"), 4, four_cc("hequ"))}));
  parts.push_back(
      make_box(four_cc("pack"), std::vector<Box>{full_box(four_cc("pkin"), 4, packing)}));
  return make_box(four_cc("vexu"), std::move(parts));
}

std::optional<Box> make_st3d(const PackedViews& views) {
  if (views.right_first) return std::nullopt;
  return full_box(four_cc("st3d"), 1, views.packing == Packing::kSideBySide ? 2 : 1);
}

Box make_half_equirect_sv3d() {
  Bytes source;
  add_number(source, 4, 0);
  for (const char c : std::string_view("Relievo")) source.push_back(static_cast<std::uint8_t>(c));
  source.push_back(0);
  Bytes pose;
  for (int i = 0; i < 4; ++i) add_number(pose, 4, 0);  // version; yaw, pitch, roll
  Bytes bounds;
  for (const std::uint32_t field :
       {0U, 0U, 0U, kQuarterTurn, kQuarterTurn})  // version; top, bottom, sides
    add_number(bounds, 4, field);
  return make_box(
      four_cc("sv3d"),
      std::vector<Box>{make_box(four_cc("svhd"), std::move(source)),
                       make_box(four_cc("proj"),
                                std::vector<Box>{make_box(four_cc("prhd"), std::move(pose)),
                                                 make_box(four_cc("equi"), std::move(bounds))})});
}

void mark_packed_views(Box& moov, const PackedViews& views) {
  const auto entries = video_entries(moov);
  if (entries.empty()) fail(RLV_E_UNSUPPORTED, "its index has no picture track");
  for (const auto& [track, entry] : entries) {
    if (track != entries.front().track) continue;
    remove(*entry, four_cc("vexu"));
    remove(*entry, four_cc("st3d"));
    remove(*entry, four_cc("sv3d"));
    if (auto st3d = make_st3d(views)) insert_before_shape(*entry, std::move(*st3d));
    if (views.half_equirect) insert_before_shape(*entry, make_half_equirect_sv3d());
    entry->children.push_back(make_vexu(views));
  }
}

bool StereoFacts::is_stereo() const {
  constexpr unsigned kBoth = kHasLeftEye | kHasRightEye;
  return has_second_layer || packing || (eyes && (*eyes & kBoth) == kBoth) || (st3d && *st3d != 0);
}

bool StereoFacts::is_half_equirect() const {
  constexpr double kHalf = 180.0;
  return projection == four_cc("hequ") || (span && span->across == kHalf);
}

StereoFacts stereo_facts(const VideoEntry& video) {
  const auto& entry = *video.entry;
  StereoFacts facts;
  facts.track = video.track;
  facts.has_second_layer = entry.find(four_cc("lhvC")) != nullptr;
  facts.field_of_view = field_of<std::uint32_t>(entry.find(four_cc("hfov")), 0);
  facts.st3d = field_of<std::uint8_t>(entry.find(four_cc("st3d")));
  facts.is_spherical = entry.find(four_cc("sv3d")) != nullptr;
  facts.span = span_of(entry.find({four_cc("sv3d"), four_cc("proj"), four_cc("equi")}));
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
