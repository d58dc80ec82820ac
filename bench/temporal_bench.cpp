// How long temporal.stabilise takes for a frame of relative depth, its steps and the whole.
//
//   temporal_bench [Google Benchmark's options]
//
// Best of all turns, milliseconds: wall_ms (two threads), cpu_ms (of all threads, which other
// programs disturb less); flow_wall_ms and flow_cpu_ms are of the optical flow alone, and
// rest_wall_ms and rest_cpu_ms what the filter takes beside it.
#include <cstddef>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>

#include "bench/best.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"

namespace {

using relievo::bench::Best;
using namespace relievo::temporal;

void stabilise(benchmark::State& state) {
  const cv::Size size(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto [maps, greys, focal] = test::flickering_film("walkers", 951, size, 12);
  cv::setNumThreads(2);
  Best all, flow;
  relievo::tracking::Tracker tracker;
  RecursiveFilter filter({});
  // Frames 3 on, so that the camera has a past; then from the beginning again.
  std::size_t i = 0;
  for (auto turn : state) {
    if (i == 0) {
      filter.reset();
      for (; i < 3; ++i) benchmark::DoNotOptimize(filter.next(maps[i], greys[i], focal));
    }
    state.SetIterationTime(
        all.measure([&] { benchmark::DoNotOptimize(filter.next(maps[i], greys[i], focal)); }));
    flow.measure([&] { benchmark::DoNotOptimize(tracker.track(greys[i], greys[i - 1])); });
    i = i + 1 < greys.size() ? i + 1 : 0;
  }
  state.counters["wall_ms"] = all.wall_ms;
  state.counters["cpu_ms"] = all.cpu_ms;
  state.counters["flow_wall_ms"] = flow.wall_ms;
  state.counters["flow_cpu_ms"] = flow.cpu_ms;
  state.counters["rest_wall_ms"] = all.wall_ms - flow.wall_ms;
  state.counters["rest_cpu_ms"] = all.cpu_ms - flow.cpu_ms;
}

BENCHMARK(stabilise)
    ->Args({924, 518})
    ->Args({518, 518})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
