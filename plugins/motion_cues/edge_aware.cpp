#include "edge_aware.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace relievo::motion_cues {
namespace {

using Table = std::array<float, 256>;

// Feedback from one pixel to the next for every difference of brightness.
Table feedback(double reach, double edge, double sigma) {
  Table table{};
  for (std::size_t d = 0; d < table.size(); ++d)
    table[d] = static_cast<float>(
        std::exp(-std::sqrt(2.0) / sigma * (1 + reach / edge * static_cast<double>(d))));
  return table;
}

void along_rows(cv::Mat2f& map, const cv::Mat1b& guide, const Table& table) {
  cv::parallel_for_({0, map.rows}, [&](const cv::Range& rows) {
    std::vector<float> share(static_cast<std::size_t>(map.cols));
    for (int y = rows.start; y < rows.end; ++y) {
      auto* m = map[y];
      const auto* g = guide[y];
      for (int x = 1; x < map.cols; ++x) {
        const float a = table[static_cast<std::size_t>(std::abs(g[x] - g[x - 1]))];
        share[static_cast<std::size_t>(x)] = a;
        m[x] += a * (m[x - 1] - m[x]);
      }
      for (int x = map.cols - 2; x >= 0; --x)
        m[x] += share[static_cast<std::size_t>(x) + 1] * (m[x + 1] - m[x]);
    }
  });
}

void along_columns(cv::Mat2f& map, const cv::Mat1b& guide, const Table& table) {
  constexpr int kStripe = 64;
  const int stripes = (map.cols + kStripe - 1) / kStripe;
  cv::parallel_for_({0, stripes}, [&](const cv::Range& range) {
    const int first = range.start * kStripe;
    const int last = std::min(range.end * kStripe, map.cols);
    const auto pass = [&](int y, int from) {
      auto* m = map[y];
      const auto* n = map[from];
      const auto* g = guide[y];
      const auto* h = guide[from];
      for (int x = first; x < last; ++x)
        m[x] += table[static_cast<std::size_t>(std::abs(g[x] - h[x]))] * (n[x] - m[x]);
    };
    for (int y = 1; y < map.rows; ++y) pass(y, y - 1);
    for (int y = map.rows - 2; y >= 0; --y) pass(y, y + 1);
  });
}

}  // namespace

cv::Mat1f smoothed(const cv::Mat1f& values, const cv::Mat1f& weights, const cv::Mat1b& guide,
                   double reach, double edge) {
  cv::Mat2f map(values.size());
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) map(y, x) = {values(y, x) * weights(y, x), weights(y, x)};
  constexpr int kRounds = 2;
  for (int round = 0; round < kRounds; ++round) {
    // Widths that add up to `reach` with less and less of the streaks of a single pass.
    const double sigma = reach * std::sqrt(3.0) * std::pow(2.0, kRounds - 1 - round) /
                         std::sqrt(std::pow(4.0, kRounds) - 1);
    const auto table = feedback(reach, edge, sigma);
    along_rows(map, guide, table);
    along_columns(map, guide, table);
  }
  cv::Mat1f result(values.size());
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) result(y, x) = map(y, x)[0] / map(y, x)[1];
  return result;
}

}  // namespace relievo::motion_cues
