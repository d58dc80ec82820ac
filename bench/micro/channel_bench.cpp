// The edge between two nodes: how many frames' handles pass from one thread to another.
//
//   channel_bench [Google Benchmark's options]
//
// Capacity 1 is the tightest edge of a graph: both threads wait for each other at every item.
#include <thread>

#include <benchmark/benchmark.h>

#include "core/host/channel.hpp"

namespace {

using relievo::host::Channel;
using relievo::host::PopResult;

void pass(benchmark::State& state) {
  constexpr int kItems = 20'000;
  for (auto _ : state) {
    Channel<int> channel(static_cast<std::size_t>(state.range(0)));
    std::thread writer([&] {
      for (int i = 0; i < kItems; ++i)
        if (!channel.push(i)) return;
      channel.finish();
    });
    int item = 0;
    int count = 0;
    while (channel.pop(item) == PopResult::kItem) ++count;
    writer.join();
    if (count != kItems) state.SkipWithError("items were lost");
  }
  state.SetItemsProcessed(state.iterations() * kItems);
}

BENCHMARK(pass)
    ->Name("channel/two_threads")
    ->ArgName("capacity")
    ->Arg(1)
    ->Arg(2)
    ->Arg(4)
    ->Arg(16)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

// What a node pays whose neighbours keep up: no waiting, no second thread.
void alone(benchmark::State& state) {
  Channel<int> channel(4);
  int item = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(channel.push(1));
    benchmark::DoNotOptimize(channel.pop(item));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(alone)->Name("channel/one_thread");

}  // namespace

BENCHMARK_MAIN();
