// From the moments at which frames came to what is said of an approach's speed.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace relievo::bench {

// ms. A node that works in windows gives its frames in bursts: there frame_ms has one value for
// each window, its time divided by its frames, and the slope goes through the windows' beginnings.
struct FrameTimes {
  std::vector<double> frame_ms;  // between one frame and the next, without warm-up
  double median_ms = 0;
  double p95_ms = 0;
  double steady_ms = 0;  // slope of time over frames, by Theil and Sen
  bool windowed = false;
  double cpu_ms = 0;  // the same slope of the process's processor time
};

// moments: s, ascending, one for each frame; cpu: the process's processor time (s) at each of them,
// or empty; ready: when every node was open. warm_up: so many
// frames at the start are left out, at most a quarter of them; of windows the first. Fewer than two
// frames give nothing. A film within one window gives the mean over its frames from `ready` on:
// nothing is known of a second window. [any]
[[nodiscard]] std::optional<FrameTimes> frame_times(std::span<const double> moments,
                                                    std::span<const double> cpu, double ready,
                                                    int warm_up);

// Median of the slopes between all pairs of points (Sen, 1968); x ascending. 0 for fewer than two.
[[nodiscard]] double theil_sen(std::span<const double> x, std::span<const double> y);

// Linear between neighbours; percent 0 to 100. 0 if empty.
[[nodiscard]] double quantile(std::vector<double> values, double percent);
[[nodiscard]] double median(std::vector<double> values);

}  // namespace relievo::bench
