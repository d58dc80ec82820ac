// The Mann-Whitney test against tables, and what it does with measurements like ours.
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/bench/compare.hpp"
#include "core/bench/rank_test.hpp"

namespace relievo::bench {
namespace {

// n values of which u pairs with the m values 0 .. m-1 are won by the first set.
RankTest with_u(int n, int m, int u) {
  std::vector<double> a, b;
  for (int i = 0; i < m; ++i) b.push_back(i);
  for (int i = 0; i < n; ++i) {
    const int wins = std::min(u, m);
    u -= wins;
    a.push_back(wins - 0.5 - 1e-3 * i);
  }
  return rank_test(a, b);
}

struct Row {
  int n, m, u;
  double p;
};

class RankTestTable : public ::testing::TestWithParam<Row> {};

// Counts of rank sums by Mann and Whitney's recurrence; the critical values 2, 13, 6 and 23 at 5 %
// are those of their table.
TEST_P(RankTestTable, GivesTheTabulatedChance) {
  const auto& row = GetParam();
  const auto test = with_u(row.n, row.m, row.u);
  EXPECT_DOUBLE_EQ(test.u, row.u);
  EXPECT_TRUE(test.exact);
  EXPECT_NEAR(test.p, row.p, 5e-6);
}

INSTANTIATE_TEST_SUITE_P(Tables, RankTestTable,
                         ::testing::Values(Row{3, 3, 0, 0.1}, Row{4, 4, 0, 0.0285714},
                                           Row{5, 5, 2, 0.0317460}, Row{5, 5, 3, 0.0555556},
                                           Row{8, 8, 13, 0.0498834}, Row{8, 8, 14, 0.0649573},
                                           Row{5, 8, 6, 0.0450660}, Row{5, 8, 7, 0.0652681},
                                           Row{10, 10, 23, 0.0432571}, Row{10, 10, 24, 0.0524259}));

// Of all 462 ways to deal the shared ranks, 62 are as far from the mean (counted one by one).
TEST(RankTest, SharesRanksOfEqualValues) {
  const std::vector<double> a{1, 2, 2, 3, 5};
  const std::vector<double> b{2, 3, 4, 4, 6, 7};
  EXPECT_DOUBLE_EQ(rank_test(a, b).u, 6.5);
  EXPECT_NEAR(rank_test(a, b).p, 62.0 / 462, 1e-9);
  EXPECT_DOUBLE_EQ(rank_test(b, a).p, rank_test(a, b).p);
}

TEST(RankTest, FindsNothingInEqualOrEmptySets) {
  const std::vector<double> same(6, 3.0);
  EXPECT_DOUBLE_EQ(rank_test(same, same).p, 1);
  EXPECT_DOUBLE_EQ(rank_test(same, {}).p, 1);
}

// By the formula of the normal approximation with its correction for continuity.
TEST(RankTest, OfManyValuesTakesTheNormalApproximation) {
  std::vector<double> a, b;
  for (int i = 0; i < 30; ++i) {
    a.push_back(i);
    b.push_back(i + 6.5);
  }
  const auto test = rank_test(a, b);
  EXPECT_FALSE(test.exact);
  EXPECT_DOUBLE_EQ(test.u, 276.0);
  EXPECT_NEAR(test.p, 0.0103147, 1e-6);
}

constexpr const char* kMeasure = "steady_ms_per_frame";

host::Json report_of(const std::vector<double>& runs) {
  return {{"relievo_bench", 1},
          {"cells", {{{"name", "cell"}, {"runs", {{"steady_ms_per_frame", runs}}}}}}};
}

// Times as they are measured: a few percent of noise, and now and then a disturbance by a fifth.
std::vector<double> times(std::mt19937& random, double factor, double disturbances) {
  constexpr int kRepetitions = 8;
  std::normal_distribution<double> noise(1, 0.03);
  std::bernoulli_distribution disturbed(disturbances);
  std::vector<double> values;
  for (int i = 0; i < kRepetitions; ++i)
    values.push_back(40 * factor * noise(random) * (disturbed(random) ? 1.2 : 1));
  return values;
}

// Share of comparisons that end in this verdict.
double share(double factor, double disturbances, Verdict wanted) {
  constexpr int kComparisons = 4000;
  std::mt19937 random(20);
  int found = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const auto changes = compare(report_of(times(random, 1, disturbances)),
                                 report_of(times(random, factor, disturbances)), kMeasure);
    if (changes.at(0).verdict == wanted) ++found;
  }
  return static_cast<double>(found) / kComparisons;
}

// 5 %, and two standard deviations of that share.
TEST(Compare, RaisesOneFalseAlarmInTwentyAtMost) {
  EXPECT_GE(share(1, 0, Verdict::kAlike), 0.943);
  EXPECT_GE(share(1, 0.1, Verdict::kAlike), 0.943);
}

TEST(Compare, FindsATenthMoreOrLessTime) {
  EXPECT_GE(share(1.1, 0, Verdict::kSlower), 0.99);
  EXPECT_GE(share(1 / 1.1, 0, Verdict::kFaster), 0.99);
  EXPECT_GE(share(1.1, 0.1, Verdict::kSlower), 0.8);
}

TEST(Compare, SaysWhereRepetitionsAreTooFewOrACellIsMissing) {
  auto three = report_of({1, 2, 3});
  const auto few = compare(three, report_of({11, 12, 13}), kMeasure);
  ASSERT_EQ(few.size(), 1U);
  EXPECT_EQ(few[0].verdict, Verdict::kTooFew);
  auto renamed = three;
  renamed["cells"][0]["name"] = "other";
  const auto apart = compare(three, renamed, kMeasure);
  ASSERT_EQ(apart.size(), 2U);
  EXPECT_EQ(apart[0].verdict, Verdict::kOnlyOne);
  EXPECT_NE(changes_as_text(apart, kMeasure).find("2 in one report only"), std::string::npos);
}

}  // namespace
}  // namespace relievo::bench
