// How long temporal.stabilise takes for a frame on tensors: its map comes from host memory
// (page-locked, as a depth node on a GPU leaves it), what it becomes is back there when the clock
// stops.
//
//   temporal_tensor_bench [--device=cuda] [--threads=2] [Google Benchmark's options]
//
// Milliseconds, best of all turns: those of temporal_bench, with so many threads for the CPU's
// work; of the part of it that the CPU does on small maps, flow included (predictor_wall_ms), and
// what is left for the device, transfers and waiting included (device_wall_ms); and of the same
// frames by the filter on the CPU (cpu_filter_wall_ms).
#include <cstddef>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/best.hpp"
#include "plugins/common/device.hpp"
#include "plugins/common/transfer.hpp"
#include "tensor_filter.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"

namespace {

using relievo::bench::Best;
using namespace relievo;
using namespace relievo::temporal;

std::string g_device = "cuda";
unsigned g_threads = 2;

void stabilise(benchmark::State& state) {
  const c10::InferenceMode guard;
  const auto device = nets::choose_device(g_device);
  nets::prepare_thread(g_threads, at::kFloat);
  const cv::Size size(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  auto [maps, greys, focal] = test::flickering_film("walkers", 951, size, 12);
  cv::setNumThreads(static_cast<int>(g_threads));
  FilterOptions options;
  options.threads = g_threads;
  Best all, flow, small, on_cpu;
  tracking::Tracker tracker;
  Predictor predictor(options);
  ThreadTeam team(g_threads);
  std::vector<cv::Mat1f> small_maps;
  for (const auto& map : maps) {
    cv::resize(map, small_maps.emplace_back(), greys[0].size(), 0, 0, cv::INTER_AREA);
  }
  const auto predict = [&](std::size_t i) {
    predictor.see(greys[i], team);
    benchmark::DoNotOptimize(predictor.next(small_maps[i], small_maps[i - 1], size, focal, team));
  };
  TensorFilter filter({options, device});
  RecursiveFilter cpu_filter(options);
  std::vector<at::Tensor> tensors;
  for (const auto& map : maps) {
    const auto tensor = at::from_blob(const_cast<float*>(map[0]), {map.rows, map.cols},
                                      at::TensorOptions(at::kFloat));
    tensors.push_back(nets::start_to_host(tensor.to(device)));
  }
  nets::wait_for(device);
  const auto run = [&](std::size_t i) {
    const auto map = nets::start_to_device(tensors[i], device);
    benchmark::DoNotOptimize(nets::start_to_host(filter.next(map, greys[i], focal)));
    nets::wait_for(device);
  };
  // Frames 3 on, so that the camera has a past; from the last one to the first there is a jump,
  // which both filters take alike.
  std::size_t i = 0;
  for (auto turn : state) {
    if (i < 3) {
      for (i = 0; i < 3; ++i) {
        run(i);
        benchmark::DoNotOptimize(cpu_filter.next(maps[i], greys[i], focal));
        if (i == 0)
          predictor.begin(greys[i]);
        else
          predict(i);
      }
    }
    state.SetIterationTime(all.measure([&] { run(i); }));
    flow.measure([&] { benchmark::DoNotOptimize(tracker.track(greys[i], greys[i - 1])); });
    small.measure([&] { predict(i); });
    on_cpu.measure([&] { benchmark::DoNotOptimize(cpu_filter.next(maps[i], greys[i], focal)); });
    i = i + 1 < greys.size() ? i + 1 : 0;
  }
  state.counters["wall_ms"] = all.wall_ms;
  state.counters["cpu_ms"] = all.cpu_ms;
  state.counters["flow_wall_ms"] = flow.wall_ms;
  state.counters["rest_wall_ms"] = all.wall_ms - flow.wall_ms;
  state.counters["predictor_wall_ms"] = small.wall_ms;
  state.counters["device_wall_ms"] = all.wall_ms - small.wall_ms;
  state.counters["cpu_filter_wall_ms"] = on_cpu.wall_ms;
}

BENCHMARK(stabilise)
    ->Args({924, 518})
    ->Args({1920, 1080})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--device=", 0) == 0)
      g_device = word.substr(9);
    else if (word.rfind("--threads=", 0) == 0)
      g_threads = static_cast<unsigned>(std::stoul(word.substr(10)));
    else
      argv[kept++] = argv[i];
  }
  benchmark::Initialize(&kept, argv);
  if (benchmark::ReportUnrecognizedArguments(kept, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
