#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "core/media/read/timestamps.hpp"

namespace relievo::test {
namespace {

using Times = std::vector<std::int64_t>;

Times repaired(const std::vector<std::optional<std::int64_t>>& stated, media::TimeRepair& repair) {
  Times times;
  for (const auto& pts : stated) times.push_back(repair.next(pts, 10).pts);
  return times;
}

TEST(TimeRepair, LeavesSoundTimesAlone) {
  media::TimeRepair repair(10, INT64_MAX);
  EXPECT_EQ(repaired({-20, -10, 0, 7, 100, 101}, repair), (Times{-20, -10, 0, 7, 100, 101}));
  EXPECT_EQ(repair.repaired(), 0);
}

TEST(TimeRepair, FillsInWhatIsMissing) {
  media::TimeRepair repair(10, INT64_MAX);
  EXPECT_EQ(repaired({std::nullopt, std::nullopt, 25, std::nullopt}, repair),
            (Times{0, 10, 25, 35}));
  EXPECT_EQ(repair.repaired(), 3);
}

TEST(TimeRepair, PutsARepeatedTimeJustBehindAndComesBackToTheStatedOnes) {
  media::TimeRepair repair(10, INT64_MAX);
  EXPECT_EQ(repaired({0, 10, 10, 20, 15, 40}, repair), (Times{0, 10, 11, 20, 21, 40}));
  EXPECT_EQ(repair.repaired(), 2);
}

TEST(TimeRepair, GoesOnWhereATimeLineBeginsAgain) {
  media::TimeRepair repair(10, INT64_MAX);
  EXPECT_EQ(repaired({5000, 5010, 0, 10, 20}, repair), (Times{5000, 5010, 5020, 5030, 5040}));
}

TEST(TimeRepair, DoesNotBelieveATimeFarBehindTheFilmsEnd) {
  media::TimeRepair repair(10, 1000);
  EXPECT_EQ(repaired({0, 10, std::int64_t{1} << 60, 30}, repair), (Times{0, 10, 20, 30}));
  EXPECT_EQ(repair.repaired(), 1);
}

TEST(TimeRepair, StaysCalmAtTheEdgesOfItsNumbers) {
  media::TimeRepair repair(10, INT64_MAX);
  const auto times = repaired({INT64_MAX, INT64_MIN + 1, 5}, repair);
  EXPECT_LT(times[0], times[1]);
  EXPECT_LT(times[1], times[2]);
}

TEST(TimeRepair, AnUnknownDurationIsTheNominalOne) {
  media::TimeRepair repair(42, INT64_MAX);
  EXPECT_EQ(repair.next(0, 0).duration, 42);
  EXPECT_EQ(repair.next(50, 7).duration, 7);
}

}  // namespace
}  // namespace relievo::test
