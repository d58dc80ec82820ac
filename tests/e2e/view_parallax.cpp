#include "tests/e2e/view_parallax.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace relievo::test {
namespace {

constexpr int kAcross = 48;
constexpr int kDown = 27;
constexpr double kReach = 0.04;   // of the width, to either side
constexpr double kTexture = 4.0;  // mean difference of neighbours, in steps of 255
constexpr double kMostDifference = 8.0;
constexpr double kUnique = 0.7;  // of the second best

class Matcher {
 public:
  explicit Matcher(const SideBySide& views)
      : views_(views),
        half_(std::max(5, views.width / 160)),
        reach_(static_cast<int>(kReach * views.width)) {}

  [[nodiscard]] int border() const { return half_ + reach_ + 1; }
  [[nodiscard]] int half() const { return half_; }

  [[nodiscard]] double texture(int x, int y) const {
    long sum = 0;
    for (int j = -half_; j <= half_; ++j)
      for (int i = -half_; i < half_; ++i)
        sum += std::abs(at(0, x + i, y + j) - at(0, x + i + 1, y + j));
    return static_cast<double>(sum) / (2 * half_ * (2 * half_ + 1));
  }

  // Where the block around (x, y) of one view lies in the other, to a fraction of a pixel; NaN if
  // that is not clear.
  [[nodiscard]] double match(int view, int x, int y) const {
    std::vector<double> cost;
    for (int shift = -reach_; shift <= reach_; ++shift)
      cost.push_back(difference(view, x, y, shift));
    const auto best = static_cast<int>(std::min_element(cost.begin(), cost.end()) - cost.begin());
    double second = std::numeric_limits<double>::max();
    for (int i = 0; i < static_cast<int>(cost.size()); ++i)
      if (std::abs(i - best) > 2) second = std::min(second, cost[static_cast<std::size_t>(i)]);
    const double least = cost[static_cast<std::size_t>(best)];
    if (best == 0 || best == 2 * reach_ || least > kMostDifference || least > kUnique * second)
      return std::numeric_limits<double>::quiet_NaN();
    const double before = cost[static_cast<std::size_t>(best - 1)];
    const double after = cost[static_cast<std::size_t>(best + 1)];
    const double bend = before - 2 * least + after;
    return best - reach_ + (bend > 0 ? 0.5 * (before - after) / bend : 0.0);
  }

 private:
  [[nodiscard]] int at(int view, int x, int y) const {
    return views_.pixels[static_cast<std::size_t>(y) * 2 * static_cast<std::size_t>(views_.width) +
                         static_cast<std::size_t>(view * views_.width + x)];
  }
  [[nodiscard]] double difference(int view, int x, int y, int shift) const {
    long sum = 0;
    for (int j = -half_; j <= half_; ++j)
      for (int i = -half_; i <= half_; ++i)
        sum += std::abs(at(view, x + i, y + j) - at(1 - view, x + i + shift, y + j));
    return static_cast<double>(sum) / ((2 * half_ + 1) * (2 * half_ + 1));
  }

  SideBySide views_;
  int half_;
  int reach_;
};

}  // namespace

std::vector<double> matched_parallax(const SideBySide& views) {
  const Matcher matcher(views);
  std::vector<double> found;
  for (int j = 0; j < kDown; ++j)
    for (int i = 0; i < kAcross; ++i) {
      const int x = (2 * i + 1) * views.width / (2 * kAcross);
      const int y = (2 * j + 1) * views.height / (2 * kDown);
      const int border = 2 * matcher.border();  // the way back begins elsewhere
      if (x < border || x >= views.width - border || y <= matcher.half() ||
          y >= views.height - 1 - matcher.half())
        continue;
      if (matcher.texture(x, y) < kTexture) continue;
      const double there = matcher.match(0, x, y);
      if (!std::isfinite(there)) continue;
      const double back = matcher.match(1, x + static_cast<int>(std::lround(there)), y);
      if (std::abs(there + back) > 1.0) continue;  // also if it is not finite
      if (std::isfinite(back)) found.push_back(100.0 * there / views.width);
    }
  return found;
}

}  // namespace relievo::test
