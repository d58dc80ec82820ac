// Places in the file that boxes name, after everything from byte 1000 on has moved.
#include "core/media/boxes/offsets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/media/boxes/box_files.hpp"

namespace relievo::test {
namespace {

using namespace media;
using ::testing::HasSubstr;

constexpr Move kMove{1000, 4096};

Bytes moved(const Bytes& bytes, const Move& move = kMove) {
  auto box = parse_box(bytes);
  move_offsets(box, move);
  return bytes_of(box);
}

TEST(Offsets, OfChunksMoveOnlyBehindThePlace) {
  EXPECT_EQ(moved(moov_bytes({40, 999, 1000, 70000})), moov_bytes({40, 999, 5096, 74096}));
  EXPECT_EQ(moved(moov_bytes({40, 1000, 1ULL << 33U}, true)),
            moov_bytes({40, 5096, (1ULL << 33U) + 4096}, true));
}

TEST(Offsets, OfChunksThatPass4GbGet64Bits) {
  EXPECT_EQ(moved(moov_bytes({40, 0xFFFFEFFF})), moov_bytes({40, 0xFFFFFFFF}));
  EXPECT_EQ(moved(moov_bytes({40, 0xFFFFF000})), moov_bytes({40, 0x100000000}, true));
}

TEST(Offsets, OfMediaInOtherFilesStay) {
  auto moov = parse_box(moov_bytes({2000}));
  auto* references = const_cast<Box*>(moov.find(
      {four_cc("trak"), four_cc("mdia"), four_cc("minf"), four_cc("dinf"), four_cc("dref")}));
  references->children[0].head[3] = 0;  // not self-contained
  const auto bytes = bytes_of(moov);
  EXPECT_EQ(moved(bytes), bytes);
  references->children.push_back(references->children[0]);
  references->children[0].head[3] = 1;
  try {
    static_cast<void>(moved(bytes_of(moov)));
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("partly in other files"));
  }
}

TEST(Offsets, OfAuxiliaryDataMoveInATrackAndStayInAFragment) {
  const auto short_one = [](std::uint64_t place) {
    return box_bytes("saio", numbers(4, {0, 1, place}));
  };
  const auto long_one = [](std::uint64_t place) {
    return box_bytes(
        "saio", joined({numbers(4, {0x01000001, four_cc("cenc"), 0, 1}), numbers(8, {place})}));
  };
  EXPECT_EQ(moved(box_bytes("stbl", joined({short_one(3000), long_one(1ULL << 40U)}))),
            box_bytes("stbl", joined({short_one(7096), long_one((1ULL << 40U) + 4096)})));
  const auto fragment = box_bytes("traf", short_one(3000));
  EXPECT_EQ(moved(fragment), fragment);
  EXPECT_THROW(static_cast<void>(moved(box_bytes("stbl", short_one(0xFFFFFFF0)))), Error);
}

TEST(Offsets, OfFragmentsMoveWithTheirBaseAndRandomAccessPoints) {
  const auto header = [](std::uint64_t base) {
    return box_bytes("moof", box_bytes("traf", box_bytes("tfhd", joined({numbers(4, {0x000001, 1}),
                                                                         numbers(8, {base})}))));
  };
  EXPECT_EQ(moved(header(5000)), header(9096));
  const auto without =
      box_bytes("moof", box_bytes("traf", box_bytes("tfhd", numbers(4, {0x020000, 1}))));
  EXPECT_EQ(moved(without), without);

  // Numbers of traf, trun and sample: 1, 2 and 3 bytes.
  const auto points = [](std::uint64_t first, std::uint64_t second) {
    return box_bytes(
        "mfra", box_bytes("tfra", joined({numbers(4, {0, 1, 0x06, 2}), numbers(4, {0, first}),
                                          Bytes(6, 1), numbers(4, {48, second}), Bytes(6, 1)})));
  };
  EXPECT_EQ(moved(points(900, 5000)), points(900, 9096));
  const auto long_points = [](std::uint64_t place) {
    return box_bytes("mfra", box_bytes("tfra", joined({numbers(4, {0x01000000, 1, 0, 1}),
                                                       numbers(8, {0, place}), Bytes(3, 1)})));
  };
  EXPECT_EQ(moved(long_points(1ULL << 34U)), long_points((1ULL << 34U) + 4096));
}

TEST(Offsets, OfItemsMoveByTheirBaseOrByTheirExtents) {
  // Version 1: offsets of 4, lengths of 4, bases of 4 bytes; two items in this file, one in idat.
  const auto items = [](std::uint64_t base, std::uint64_t extent) {
    return box_bytes(
        "meta", joined({numbers(4, {0}), box_bytes("hdlr", Bytes(24)),
                        box_bytes("iloc", joined({numbers(4, {0x01000000}), numbers(2, {0x4440, 3}),
                                                  numbers(2, {1, 0, 0}), numbers(4, {base}),
                                                  numbers(2, {1}), numbers(4, {16, 9}),
                                                  numbers(2, {2, 0, 0}), numbers(4, {0}),
                                                  numbers(2, {2}), numbers(4, {500, 9, extent, 9}),
                                                  numbers(2, {3, 1, 0}), numbers(4, {4000}),
                                                  numbers(2, {1}), numbers(4, {16, 9})}))}));
  };
  EXPECT_EQ(moved(items(3000, 2000)), items(7096, 6096));
}

TEST(Offsets, OfASegmentIndexMoveUnlessBothItsEndsDo) {
  const auto sidx = [](std::uint64_t first) {
    return box_bytes("sidx", joined({numbers(4, {0, 1, 1000, 0, first}), Bytes(16)}));
  };
  auto before = parse_box(sidx(2000));  // ends at 144, points to 2144
  move_segment_index(before, 100, kMove);
  EXPECT_EQ(bytes_of(before), sidx(2000 + 4096));
  auto behind = parse_box(sidx(2000));
  move_segment_index(behind, 1000, kMove);
  EXPECT_EQ(bytes_of(behind), sidx(2000));
}

}  // namespace
}  // namespace relievo::test
