// What these benchmarks share: pictures with detail, so that codecs have work, and their end.
#pragma once

#include <cmath>
#include <cstdint>

#include <benchmark/benchmark.h>

namespace relievo::bench {

// A sample of 0 to 1 of a picture of waves that drift to the right, with grain.
inline double lively(int x, int y, std::int64_t frame, int component) {
  const auto grain =
      static_cast<std::uint32_t>(x * 73856093 ^ y * 19349663 ^ static_cast<int>(frame) * 83492791) *
      2654435761U;
  const double wave =
      std::sin(0.031 * (x - 3.0 * static_cast<double>(frame))) * std::cos(0.027 * y + component);
  return 0.5 + 0.35 * wave + 0.02 * (static_cast<double>(grain >> 24U) / 255.0 - 0.5);
}

// Of all turns so far; `frames` in each.
inline void count_frames(benchmark::State& state, std::int64_t frames) {
  state.SetItemsProcessed(state.iterations() * frames);
  state.counters["a_frame"] =
      benchmark::Counter(static_cast<double>(state.iterations() * frames),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// A benchmark's main() once all have been registered.
inline int run_all(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace relievo::bench
