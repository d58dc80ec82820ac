#include "core/bench/rank_test.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace relievo::bench {
namespace {

constexpr std::size_t kMostExact = 50;

struct Ranked {
  std::vector<int> doubled;  // twice the shared ranks, so that they are whole; first a's, then b's
  double tie_sum = 0;        // of t^3 - t over groups of t equal values
};

Ranked ranked(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  auto sorted = all;
  std::sort(sorted.begin(), sorted.end());
  Ranked result;
  for (const double value : all) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
    // Ranks first + 1 .. last, of which this is twice the mean.
    result.doubled.push_back(
        static_cast<int>((first - sorted.begin()) + 1 + (last - sorted.begin())));
  }
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto end = std::upper_bound(at, sorted.end(), *at);
    const auto t = static_cast<double>(end - at);
    result.tie_sum += t * t * t - t;
    at = end;
  }
  return result;
}

// Ways to choose `chosen` of the ranks so that they sum up to each value, as shares of all ways.
double exact_p(const std::vector<int>& doubled, std::size_t chosen, int observed) {
  int total = 0;
  for (const int rank : doubled) total += rank;
  const auto width = static_cast<std::size_t>(total) + 1;
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(width, 0));
  ways[0][0] = 1;
  for (const int rank : doubled)
    for (std::size_t k = chosen; k > 0; --k)
      for (std::size_t sum = width - 1; sum >= static_cast<std::size_t>(rank); --sum)
        ways[k][sum] += ways[k - 1][sum - static_cast<std::size_t>(rank)];
  // Distances from the mean rank sum, times the number of values so that all is whole.
  const auto n = static_cast<long>(doubled.size());
  const auto distance = [&](long sum) {
    return std::labs(sum * n - static_cast<long>(chosen) * total);
  };
  double all = 0;
  double far = 0;
  for (std::size_t sum = 0; sum < width; ++sum) {
    all += ways[chosen][sum];
    if (distance(static_cast<long>(sum)) >= distance(observed)) far += ways[chosen][sum];
  }
  return std::min(1.0, far / all);
}

double normal_p(double u, double n, double m, double tie_sum) {
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tie_sum / (all * (all - 1)));
  if (variance <= 0) return 1;
  const double z = std::max(0.0, std::abs(u - n * m / 2) - 0.5) / std::sqrt(variance);
  return std::erfc(z / std::sqrt(2.0));
}

}  // namespace

RankTest rank_test(std::span<const double> a, std::span<const double> b) {
  RankTest result;
  if (a.empty() || b.empty()) return result;
  const auto ranks = ranked(a, b);
  int sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += ranks.doubled[i];
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  result.u = 0.5 * sum - n * (n + 1) / 2;
  result.exact = a.size() + b.size() <= kMostExact;
  result.p = result.exact ? exact_p(ranks.doubled, a.size(), sum)
                          : normal_p(result.u, n, m, ranks.tie_sum);
  return result;
}

}  // namespace relievo::bench
