// How long depth_refine.edges takes for a frame of a film in 8-bit 4:2:0 with depth of 518 rows.
//
//   depth_refine_bench [Google Benchmark's options]
//
// One thread, best of all turns, milliseconds of processor time: cpu_ms of the node, resize_cpu_ms
// of cv::resize of the same map to the same size, in the same turns.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/best.hpp"
#include "tests/unit/depth_refine/refine_run.hpp"
#include "tools/judge/edge_trial.hpp"

namespace {

using namespace relievo;

// An I420 picture as OpenCV makes it, into the frame's planes.
void paint(const Frame& frame, const cv::Mat1b& samples, cv::Size size) {
  const std::uint8_t* from = samples.ptr();
  for (std::uint32_t p = 0; p < 3; ++p) {
    const auto plane = frame.plane<std::uint8_t>(p);
    const cv::Size part = p == 0 ? size : cv::Size{size.width / 2, size.height / 2};
    for (int y = 0; y < part.height; ++y, from += part.width)
      std::copy_n(from, part.width, plane.row(y));
  }
}

void refine(benchmark::State& state) {
  const cv::Size size(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  constexpr int kFrames = 4;
  cv::setNumThreads(1);
  const depth_refine::test::RefineRun run(RLV_SEM_RELATIVE_INVERSE, "{}", 1, RLV_PF_YUV420P);
  judge::Softness softness;
  softness.share = 518.0 / size.height;
  std::vector<std::vector<Frame>> moments;
  std::vector<cv::Mat1f> maps;
  for (int i = 0; i < kFrames; ++i) {
    const auto subject = judge::scene_frame("walkers", 951, i, size);
    cv::Mat1b samples;
    cv::cvtColor(subject.left, samples, cv::COLOR_RGB2YUV_I420);
    maps.push_back(judge::softened(subject.inverse, softness, 1));
    moments.push_back(
        run.frames(i, maps.back(), size, [&](const Frame& frame) { paint(frame, samples, size); }));
  }
  bench::Best node, resize;
  std::size_t i = 0;
  for (auto turn : state) {
    auto in = moments[i];
    state.SetIterationTime(node.measure([&] {
      std::vector<Frame> out(1);
      if (run.node().push(in) != Flow::kDone || run.node().pull(out) != Flow::kDone)
        throw std::runtime_error("the node gave nothing");
    }));
    resize.measure([&] {
      cv::Mat1f plain;
      cv::resize(maps[i], plain, size, 0, 0, cv::INTER_LINEAR);
      benchmark::DoNotOptimize(plain.data);
    });
    i = (i + 1) % moments.size();
  }
  state.counters["cpu_ms"] = node.cpu_ms;
  state.counters["resize_cpu_ms"] = resize.cpu_ms;
}

BENCHMARK(refine)
    ->Args({1280, 720})
    ->Args({1920, 1080})
    ->Args({3840, 2160})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
