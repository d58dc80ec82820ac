// Boxes taken apart and put together again.
#include "core/media/boxes/box.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/file_boxes.hpp"
#include "core/media/boxes/sample_entries.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/boxes/box_files.hpp"

namespace relievo::test {
namespace {

using namespace media;
using ::testing::HasSubstr;

std::string failure_of(const Bytes& bytes) {
  try {
    static_cast<void>(parse_box(bytes));
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

class EveryIndex : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryIndex, ComesBackByteForByteWithItsSampleEntriesTakenApart) {
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + GetParam());
  const EditFile file(path, EditFile::Mode::kRead);
  std::size_t indexes = 0;
  for (const auto& place : file_boxes(file)) {
    if (place.type != four_cc("moov")) continue;
    ++indexes;
    const auto bytes = file.read(place.position, place.size);
    auto box = parse_box(bytes);
    EXPECT_EQ(box.size(), bytes.size());
    EXPECT_EQ(bytes_of(box), bytes);
    const auto entries = video_entries(box);
    ASSERT_FALSE(entries.empty());
    for (const auto& entry : entries) EXPECT_FALSE(entry.entry->children.empty());
    EXPECT_EQ(bytes_of(box), bytes);
  }
  EXPECT_EQ(indexes, 1U);
}

INSTANTIATE_TEST_SUITE_P(Clips, EveryIndex,
                         ::testing::Values("juggle_720p24/juggle.mp4", "golf_walk_1080p30/golf.mov",
                                           "flower_540p30/flower.mp4", "chaplin_360p25/chaplin.mp4",
                                           "phone_hlg_vfr_rot_1080p/phone_hlg.mp4",
                                           "spatial_mvhevc_vr180/water_180_mvhevc.mov",
                                           "paraglide_480p30/paraglide.mp4",
                                           "made_cuts_24fps/made_cuts.mp4"),
                         [](const auto& clip) {
                           const std::string name = clip.param;
                           return name.substr(0, name.find('_'));
                         });

TEST(Box, KeepsASizeOf64BitsAndQuicktimesZerosAtTheEndOfAList) {
  const auto inner = joined({numbers(4, {1, four_cc("trak")}), numbers(8, {16 + 8 + 4}),
                             box_bytes("edts", {}), numbers(4, {0})});
  const auto bytes = box_bytes("moov", inner);
  const auto box = parse_box(bytes);
  ASSERT_EQ(box.children.size(), 1U);
  EXPECT_TRUE(box.children[0].is_wide);
  EXPECT_EQ(box.children[0].children.size(), 1U);
  EXPECT_EQ(box.children[0].tail.size(), 4U);
  EXPECT_EQ(bytes_of(box), bytes);
}

TEST(Box, KeepsWholeWhatDoesNotAddUp) {
  auto track = box_bytes("trak", box_bytes("tkhd", Bytes(10)));
  track[11] = 200;  // tkhd says that it is larger than its track
  const auto bytes = box_bytes("moov", track);
  const auto box = parse_box(bytes);
  ASSERT_EQ(box.children.size(), 1U);
  EXPECT_TRUE(box.children[0].children.empty());
  EXPECT_EQ(bytes_of(box), bytes);
}

TEST(Box, RefusesAnIndexThatIsDamagedOrEndless) {
  auto bytes = box_bytes("moov", box_bytes("trak", Bytes(10)));
  bytes[8 + 3] = 255;
  EXPECT_THAT(failure_of(bytes), HasSubstr("the box 'moov' is damaged"));
  EXPECT_THAT(failure_of(Bytes{0, 0, 0}), HasSubstr("ends too early"));
  EXPECT_THAT(failure_of(numbers(4, {9, four_cc("moov")})), HasSubstr("is damaged"));
  Bytes many(8 * 300000);
  for (std::size_t i = 0; i < many.size(); i += 8)
    set_number(many, i, 8, 8ULL << 32U | four_cc("free"));
  EXPECT_THAT(failure_of(box_bytes("moov", many)), HasSubstr("more than 200000 boxes"));
  Bytes deep = box_bytes("trak", {});
  for (int i = 0; i < 1000; ++i) deep = box_bytes("trak", deep);
  EXPECT_EQ(bytes_of(parse_box(deep)), deep) << "nested 1000 deep: kept, not descended into";
}

// Truncated anywhere, and with any byte changed: an answer or a failure, never more.
TEST(Box, DamageOfAnyKindIsSurvived) {
  const auto good = moov_bytes({100, 200});
  for (std::size_t i = 0; i < good.size(); ++i) {
    static_cast<void>(failure_of(Bytes(good.begin(), good.begin() + static_cast<long>(i))));
    for (const int value : {0, 1, 7, 127, 128, 255}) {
      auto bad = good;
      bad[i] = static_cast<std::uint8_t>(value);
      try {
        auto box = parse_box(bad);
        static_cast<void>(video_entries(box));
        EXPECT_TRUE(box.children.empty() || box.size() == bad.size());
      } catch (const Error&) {
      }
    }
  }
}

}  // namespace
}  // namespace relievo::test
