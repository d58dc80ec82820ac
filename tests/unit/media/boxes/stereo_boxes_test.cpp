// The boxes of two views, byte by byte against the published layouts, and as Apple writes them.
#include "core/media/boxes/stereo_boxes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/file_boxes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/boxes/box_files.hpp"

namespace relievo::test {
namespace {

using namespace media;
using ::testing::ElementsAre;

TEST(StereoBoxes, SideBySideHasTheBytesOfThePublishedLayout) {
  EXPECT_EQ(bytes_of(make_vexu({Packing::kSideBySide, false})),
            from_hex("00000035 76657875"                       // vexu, 53 bytes
                     "00000015 65796573"                       // eyes
                     "0000000D 73747269 00000000 03"           // stri: left and right
                     "00000018 7061636B"                       // pack
                     "00000010 706B696E 00000000 73696465"));  // pkin 'side'
  EXPECT_EQ(bytes_of(*make_st3d({Packing::kSideBySide, false})),
            from_hex("0000000D 73743364 00000000 02"));
}

TEST(StereoBoxes, OverUnderAndSwappedEyesDifferInTheirFieldsOnly) {
  EXPECT_EQ(bytes_of(make_vexu({Packing::kOverUnder, false})),
            from_hex("00000035 76657875 00000015 65796573 0000000D 73747269 00000000 03"
                     "00000018 7061636B 00000010 706B696E 00000000 6F766572"));
  EXPECT_EQ(bytes_of(make_vexu({Packing::kSideBySide, true})),
            from_hex("00000035 76657875 00000015 65796573 0000000D 73747269 00000000 0B"
                     "00000018 7061636B 00000010 706B696E 00000000 73696465"));
  EXPECT_EQ(bytes_of(*make_st3d({Packing::kOverUnder, false})),
            from_hex("0000000D 73743364 00000000 01"));
  EXPECT_FALSE(make_st3d({Packing::kSideBySide, true})) << "st3d has no number for it";
}

// Each view is the middle half of a sphere: a quarter of a turn lies beyond either side.
TEST(StereoBoxes, OfHalfASphereHaveTheBytesOfThePublishedLayouts) {
  EXPECT_EQ(bytes_of(make_vexu({Packing::kSideBySide, false, true})),
            from_hex("0000004D 76657875 00000015 65796573 0000000D 73747269 00000000 03"
                     "00000018 70726F6A 00000010 70726A69 00000000 68657175"  // proj, prji 'hequ'
                     "00000018 7061636B 00000010 706B696E 00000000 73696465"));
  EXPECT_EQ(
      bytes_of(make_half_equirect_sv3d()),
      from_hex("00000058 73763364"                                      // sv3d, 88 bytes
               "00000014 73766864 00000000 52656C6965766F 00"           // svhd: who wrote it
               "0000003C 70726F6A"                                      // proj
               "00000018 70726864 00000000 00000000 00000000 00000000"  // prhd: straight ahead
               "0000001C 65717569 00000000 00000000 00000000 40000000 40000000"));
}

TEST(StereoBoxes, OfHalfASphereAreReadBack) {
  auto moov = parse_box(moov_bytes({0}));
  mark_packed_views(moov, {Packing::kSideBySide, false, true});
  const auto read = parse_box(bytes_of(moov));
  auto copy = read;
  const auto entries = video_entries(copy);
  const auto facts = stereo_facts(entries.at(0));
  EXPECT_TRUE(facts.is_half_equirect());
  EXPECT_EQ(facts.projection, four_cc("hequ"));
  ASSERT_TRUE(facts.span);
  EXPECT_EQ(facts.span->across, 180);
  EXPECT_EQ(facts.span->upright, 180);
  mark_packed_views(copy, {Packing::kSideBySide, false});
  EXPECT_FALSE(stereo_facts(video_entries(copy).at(0)).is_half_equirect()) << "older boxes stay";
}

std::vector<std::string> children_of(const Box& entry) {
  std::vector<std::string> types;
  for (const auto& child : entry.children) types.push_back(text_of(child.type));
  return types;
}

TEST(StereoBoxes, StandInTheSampleEntryAndReplaceOlderOnes) {
  auto moov = parse_box(moov_bytes({0}));
  mark_packed_views(moov, {Packing::kOverUnder, false});
  mark_packed_views(moov, {Packing::kSideBySide, false});
  const auto entries = video_entries(moov);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].track, 1U);
  EXPECT_THAT(children_of(*entries[0].entry), ElementsAre("hvcC", "st3d", "pasp", "vexu"));
  const auto facts = stereo_facts(entries[0]);
  EXPECT_TRUE(facts.is_stereo());
  EXPECT_EQ(facts.st3d, 2);
  EXPECT_EQ(facts.eyes, kHasLeftEye | kHasRightEye);
  EXPECT_EQ(facts.packing, four_cc("side"));
  EXPECT_FALSE(facts.has_second_layer);
  // Every size on the way to them has grown.
  const auto bytes = bytes_of(moov);
  EXPECT_EQ(bytes.size(), moov_bytes({0}).size() + 13 + 53);
  EXPECT_EQ(bytes_of(parse_box(bytes)), bytes);
}

TEST(StereoBoxes, AnIndexWithoutPicturesCannotBeMarked) {
  auto moov = parse_box(box_bytes("moov", box_bytes("mvhd", Bytes(100))));
  EXPECT_THROW(mark_packed_views(moov, {}), Error);
}

TEST(StereoBoxes, OfAnAppleMadeFileAreReadInFull) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/spatial_mvhevc_vr180/water_180_mvhevc.mov");
  const auto all = read_stereo_facts(path);
  ASSERT_EQ(all.size(), 1U);
  const auto& facts = all[0];
  EXPECT_EQ(facts.track, 1U);
  EXPECT_TRUE(facts.has_second_layer);
  EXPECT_EQ(facts.eyes, kHasLeftEye | kHasRightEye);
  EXPECT_FALSE(facts.hero);
  EXPECT_EQ(facts.baseline, 19240U);
  EXPECT_EQ(facts.adjustment, 200);
  EXPECT_EQ(facts.projection, four_cc("rect"));
  EXPECT_EQ(facts.field_of_view, 64000U);
  EXPECT_FALSE(facts.packing);
  EXPECT_FALSE(facts.st3d);
  EXPECT_FALSE(facts.is_spherical);
  EXPECT_TRUE(facts.is_stereo());
}

// What this program writes has the same form: the boxes that both have are alike, bit for bit.
TEST(StereoBoxes, AreAlikeWhereAppleWritesThemToo) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/spatial_mvhevc_vr180/water_180_mvhevc.mov");
  auto index = read_index(path);
  ASSERT_TRUE(index);
  const auto& entry = *video_entries(*index).front().entry;
  EXPECT_THAT(children_of(entry), ElementsAre("hvcC", "lhvC", "colr", "fiel", "vexu", "hfov"));
  const auto* apples = entry.find({four_cc("vexu"), four_cc("eyes"), four_cc("stri")});
  ASSERT_NE(apples, nullptr);
  const auto ours = make_vexu({});
  EXPECT_EQ(bytes_of(*apples), bytes_of(*ours.find({four_cc("eyes"), four_cc("stri")})));
  // pkin has the form of prji: a FullBox with four letters.
  const auto* prji = entry.find({four_cc("vexu"), four_cc("proj"), four_cc("prji")});
  EXPECT_EQ(bytes_of(*prji), from_hex("00000010 70726A69 00000000 72656374"));
}

TEST(StereoBoxes, OneEyeOrAProjectionAloneIsNotStereo) {
  StereoFacts facts;
  EXPECT_FALSE(facts.is_stereo());
  facts.projection = four_cc("rect");
  facts.is_spherical = true;
  facts.st3d = 0;
  facts.eyes = kHasLeftEye;
  EXPECT_FALSE(facts.is_stereo());
  facts.eyes = kHasLeftEye | kHasRightEye;
  EXPECT_TRUE(facts.is_stereo());
}

TEST(StereoBoxes, OfFilesThatAreNoneOrDamagedThereAreNone) {
  const auto path = temporary_dir() / "file.mp4";
  EXPECT_TRUE(read_stereo_facts(path).empty());
  put_bytes(path, from_hex("00112233 44"));
  EXPECT_TRUE(read_stereo_facts(path).empty());
  auto bytes = joined({box_bytes("ftyp", Bytes(8)), moov_bytes({0})});
  put_bytes(path, bytes);
  EXPECT_EQ(read_stereo_facts(path).size(), 1U);
  bytes.resize(bytes.size() - 3);
  put_bytes(path, bytes);
  EXPECT_TRUE(read_stereo_facts(path).empty());
  EXPECT_TRUE(read_stereo_facts(source_dir() / "README.md").empty());
}

}  // namespace
}  // namespace relievo::test
