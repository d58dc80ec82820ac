// Whether one set of measurements is larger than another beyond chance: Mann and Whitney (1947).
#pragma once

#include <span>

namespace relievo::bench {

struct RankTest {
  double u = 0;  // pairs in which the first set's value is the larger one, ties counting half
  double p = 1;  // two-sided: chance of a U as far from its mean or farther if both sets are alike
  bool exact = false;
};

// Up to 50 values the exact distribution of the rank sum given the ties (every assignment of the
// shared ranks to the sets is equally likely); beyond that the normal approximation with
// corrections for ties and continuity. p is 1 if a set is empty. [any]
[[nodiscard]] RankTest rank_test(std::span<const double> a, std::span<const double> b);

}  // namespace relievo::bench
