#include "core/bench/timing.hpp"

#include <algorithm>
#include <cstddef>

#include "core/metrics/percentile.hpp"

namespace relievo::bench {
namespace {

// Pairs grow with the square: of more points this many, evenly spread, are taken.
constexpr std::size_t kMostPoints = 1500;
// Frames of a burst come within this share of the mean gap after one another.
constexpr double kBurst = 0.2;
// A film that fits into one window: its first frame takes this many times as long as all others.
constexpr double kOneBurst = 4;
// A window holds several frames.
constexpr std::size_t kLeastWindow = 4;

std::vector<double> gaps_of(std::span<const double> moments) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < moments.size(); ++i) gaps.push_back(moments[i] - moments[i - 1]);
  return gaps;
}

// Indexes of the frames with which a burst begins, the first frame's too; empty if most frames do
// not come in bursts.
std::vector<std::size_t> window_starts(std::span<const double> moments) {
  const auto gaps = gaps_of(moments);
  const double mean = (moments.back() - moments.front()) / static_cast<double>(gaps.size());
  std::vector<std::size_t> starts{0};
  std::size_t close = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (gaps[i] <= kBurst * mean)
      ++close;
    else
      starts.push_back(i + 1);
  }
  const bool bursts =
      4 * close >= 3 * gaps.size() && starts.size() * kLeastWindow <= moments.size();
  return bursts ? starts : std::vector<std::size_t>{};
}

FrameTimes summed_up(FrameTimes times) {
  times.median_ms = median(times.frame_ms);
  times.p95_ms = quantile(times.frame_ms, 95);
  return times;
}

// Slope of processor time at these frames; 0 if it is not known.
double cpu_slope(std::span<const double> cpu, const std::vector<double>& frames) {
  std::vector<double> y;
  for (const double frame : frames)
    if (const auto i = static_cast<std::size_t>(frame); i < cpu.size()) y.push_back(1e3 * cpu[i]);
  return y.size() == frames.size() ? theil_sen(frames, y) : 0;
}

FrameTimes of_windows(std::span<const double> moments, std::span<const double> cpu,
                      const std::vector<std::size_t>& starts) {
  FrameTimes times;
  times.windowed = true;
  std::vector<double> x, y;
  for (const auto start : starts) {
    x.push_back(static_cast<double>(start));
    y.push_back(1e3 * moments[start]);
  }
  for (std::size_t i = 1; i < x.size(); ++i)
    times.frame_ms.push_back((y[i] - y[i - 1]) / (x[i] - x[i - 1]));
  times.steady_ms = theil_sen(x, y);
  times.cpu_ms = cpu_slope(cpu, x);
  return summed_up(std::move(times));
}

}  // namespace

double quantile(std::vector<double> values, double percent) {
  return metrics::percentile(std::span<const double>(values), percent);
}

double median(std::vector<double> values) {
  return quantile(std::move(values), 50);
}

double theil_sen(std::span<const double> x, std::span<const double> y) {
  const std::size_t step = std::max<std::size_t>(1, (x.size() + kMostPoints - 1) / kMostPoints);
  std::vector<double> slopes;
  for (std::size_t i = 0; i < x.size(); i += step)
    for (std::size_t j = i + step; j < x.size(); j += step)
      slopes.push_back((y[j] - y[i]) / (x[j] - x[i]));
  return median(std::move(slopes));
}

std::optional<FrameTimes> frame_times(std::span<const double> moments, std::span<const double> cpu,
                                      double ready, int warm_up) {
  if (moments.size() < 2) return std::nullopt;
  // All at once after a long wait.
  if (moments.front() - ready > kOneBurst * (moments.back() - moments.front())) {
    FrameTimes times;
    times.windowed = true;
    times.steady_ms = 1e3 * (moments.back() - ready) / static_cast<double>(moments.size());
    times.frame_ms = {times.steady_ms};
    if (!cpu.empty()) times.cpu_ms = 1e3 * cpu.back() / static_cast<double>(moments.size());
    return summed_up(std::move(times));
  }
  if (const auto starts = window_starts(moments); starts.size() > 1)
    return of_windows(moments, cpu, starts);
  const auto skipped = std::min(static_cast<std::size_t>(std::max(warm_up, 0)), moments.size() / 4);
  const auto rest = moments.subspan(skipped);
  FrameTimes times;
  std::vector<double> x, y;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    x.push_back(static_cast<double>(skipped + i));
    y.push_back(1e3 * rest[i]);
  }
  for (const double gap : gaps_of(rest)) times.frame_ms.push_back(1e3 * gap);
  times.steady_ms = theil_sen(x, y);
  times.cpu_ms = cpu_slope(cpu, x);
  times.cpu_ms = cpu_slope(cpu, x);
  return summed_up(std::move(times));
}

}  // namespace relievo::bench
