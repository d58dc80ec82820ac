// Side data waits for its frames, and no longer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/clocks.hpp"

namespace relievo::test {
namespace {

using media::ClockRecord;
using media::FrameSideData;
using media::SideDataReader;
using media::SourceFile;

FrameSideData captions() {
  return {{{AV_FRAME_DATA_A53_CC, nullptr}}};
}

std::shared_ptr<ClockRecord> record() {
  return std::make_shared<ClockRecord>(SourceFile{});
}

void put(ClockRecord& record, std::int64_t from, std::int64_t to) {
  for (auto i = from; i < to; ++i) record.put(i, captions());
}

TEST(SideData, WaitsForFramesThatAreHeldBackForLong) {
  const auto clock = record();
  SideDataReader reader(clock);
  put(*clock, 0, 5000);
  for (std::int64_t i = 0; i < 5000; ++i) ASSERT_EQ(reader.take(i).items.size(), 1U) << i;
}

TEST(SideData, GoesOnceEveryReaderIsPast) {
  const auto clock = record();
  SideDataReader quick(clock);
  {
    SideDataReader slow(clock);
    put(*clock, 0, 100);
    static_cast<void>(slow.take(10));
    static_cast<void>(quick.take(90));
    put(*clock, 100, 101);
    EXPECT_TRUE(clock->get(9).items.empty());
    EXPECT_FALSE(clock->get(10).items.empty());
  }
  put(*clock, 101, 102);
  EXPECT_TRUE(clock->get(89).items.empty());
  EXPECT_FALSE(clock->get(90).items.empty());
}

TEST(SideData, ComesAgainAfterARestart) {
  const auto clock = record();
  SideDataReader reader(clock);
  put(*clock, 0, 10);
  EXPECT_FALSE(reader.take(9).items.empty());
  reader.restart();
  put(*clock, 0, 10);
  EXPECT_FALSE(reader.take(0).items.empty());
}

TEST(SideData, IsBoundedWithoutReadersToo) {
  const auto clock = record();
  put(*clock, 0, 100000);
  EXPECT_TRUE(clock->get(90000).items.empty());
  EXPECT_FALSE(clock->get(99999).items.empty());
  EXPECT_TRUE(SideDataReader(nullptr).take(0).items.empty());
}

}  // namespace
}  // namespace relievo::test
