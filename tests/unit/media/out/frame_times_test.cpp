// Times through an encoder that knows only counts.
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "core/media/write/frame_times.hpp"

namespace relievo::test {
namespace {

using media::FrameTimes;

TEST(FrameTimes, GiveBackTheTrueTimesOfReorderedPictures) {
  FrameTimes times(10);
  const std::vector<std::int64_t> shown{100, 107, 125, 130, 144};
  for (const auto pts : shown) times.add(pts, 5);
  const std::vector<std::int64_t> decoded{0, 4, 2, 1, 3};
  for (std::size_t n = 0; n < decoded.size(); ++n) {
    const auto count = decoded[n];
    const auto dts_count = static_cast<std::int64_t>(n) - 2;
    const auto got = times.take(count, dts_count);
    EXPECT_EQ(got.pts, shown[static_cast<std::size_t>(count)]);
    EXPECT_EQ(got.dts,
              dts_count < 0 ? 100 + 10 * dts_count : shown[static_cast<std::size_t>(dts_count)]);
    EXPECT_EQ(got.duration, 5);
  }
}

// As x265 gives them for films shorter than its delay.
TEST(FrameTimes, SenselessDecodingTimesAreReplacedByRisingOnes) {
  FrameTimes times(10);
  for (std::int64_t i = 0; i < 3; ++i) times.add(i * 10, 10);
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  std::int64_t n = 0;
  for (const std::int64_t count : {0, 2, 1}) {
    const auto got = times.take(count, -48578671193686016 + n++);
    EXPECT_EQ(got.pts, count * 10);
    EXPECT_GT(got.dts, last);
    EXPECT_LE(got.dts, got.pts);
    EXPECT_GE(got.dts, -20);
    last = got.dts;
  }
}

}  // namespace
}  // namespace relievo::test
