// How long stereo.view takes, beside what a naive converter costs: cv::remap of both views (8 bits,
// 3 channels, float maps, linear) on as many threads, in the same process, turn by turn.
//
//   stereo_bench [--threads=N] [Google Benchmark's options]
//
// Time is that of stereo.view. Counters, from the best of all turns: best_ms, remap_ms and their
// ratio; cpu_ms, remap_cpu_ms and cpu_ratio are the same in processor time of all threads, which
// other programs disturb less.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <relievo/sdk/pixel_format.hpp>

#include "bench/best.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace {

using relievo::bench::Best;
using relievo::test::DepthMap;

std::uint32_t g_threads = 2;

struct Case {
  const char* name;
  int width;
  int height;
  std::uint32_t pixel_format;
  const char* params;
  double map_scale;  // of the depth map's size; 0: 518 wide, as a network's
};

// A ground that comes nearer, and discs, bars and leaves in front of it.
float scene(double u, double v) {
  double depth = 0.1 + 0.5 * v * v;
  const auto disc = [&](double x, double y, double radius, double d) {
    if (std::hypot(u - x, (v - y) * 0.5625) < radius) depth = std::max(depth, d);
  };
  disc(0.3, 0.45, 0.11, 0.75);
  disc(0.72, 0.6, 0.14, 0.9);
  for (int i = 0; i < 12; ++i)
    disc(0.08 * i + 0.03, 0.15 + 0.05 * std::sin(5.0 * i), 0.018, 0.5 + 0.03 * i);
  for (const double bar : {0.12, 0.48, 0.9})
    if (std::abs(u - bar - 0.03 * v) < 0.008) depth = std::max(depth, 1.0);
  return static_cast<float>(depth);
}

DepthMap scene_map(int width, int height) {
  return {width, height, [&](int x, int y) {
            return scene((x + 0.5) / width, (y + 0.5) / height);
          }};
}

template <class T>
void paint(const relievo::Frame& frame) {
  const int top = (1 << RLV_PIXEL_BITS(frame.info().pixel_format)) - 1;
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto plane = frame.plane<T>(p);
    std::uint32_t noise = 1;
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        for (int c = 0; c < plane.components; ++c) {
          noise = noise * 1664525U + 1013904223U;
          const double wave = 0.5 + 0.3 * std::sin(0.11 * x + 0.07 * y + c);
          plane.at(x, y, c) =
              static_cast<T>(top * std::min(1.0, wave + 0.1 * (noise >> 24U) / 255.0));
        }
  }
}

// Both views of a colour picture by cv::remap.
class Remap {
 public:
  Remap(int width, int height) : picture_(height, width, CV_8UC3), rows_(height, width, CV_32F) {
    cv::randu(picture_, 0, 255);
    for (auto& map : columns_) map.create(height, width, CV_32F);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const float parallax = 0.01F * static_cast<float>(width) *
                               (scene((x + 0.5) / width, (y + 0.5) / height) - 0.5F);
        columns_[0].at<float>(y, x) = static_cast<float>(x) - parallax;
        columns_[1].at<float>(y, x) = static_cast<float>(x) + parallax;
        rows_.at<float>(y, x) = static_cast<float>(y);
      }
  }
  void run() {
    for (std::size_t eye = 0; eye < 2; ++eye)
      cv::remap(picture_, views_[eye], columns_[eye], rows_, cv::INTER_LINEAR,
                cv::BORDER_REPLICATE);
  }

 private:
  cv::Mat picture_;
  cv::Mat rows_;
  std::array<cv::Mat, 2> columns_;
  std::array<cv::Mat, 2> views_;
};

void run_case(benchmark::State& state, const Case& c) {
  cv::setNumThreads(static_cast<int>(g_threads));
  Remap remap(c.width, c.height);
  relievo::test::ViewRun run(c.params,
                             relievo::test::colour_format(c.pixel_format, c.width, c.height),
                             RLV_SEM_RELATIVE_INVERSE, g_threads);
  const auto colour = run.colour_frame();
  if (RLV_PIXEL_BITS(c.pixel_format) == 8)
    paint<std::uint8_t>(colour);
  else
    paint<std::uint16_t>(colour);
  const auto depth = c.map_scale == 0.0 ? scene_map(518, 518 * c.height / c.width)
                                        : scene_map(static_cast<int>(c.width * c.map_scale),
                                                    static_cast<int>(c.height * c.map_scale));
  const auto map = run.depth_frame(depth);
  Best remapped;
  Best made;
  for ([[maybe_unused]] auto _ : state) {
    remapped.measure([&] { remap.run(); });
    state.SetIterationTime(made.measure([&] { benchmark::DoNotOptimize(run.views(colour, map)); }));
  }
  state.counters["best_ms"] = made.wall_ms;
  state.counters["remap_ms"] = remapped.wall_ms;
  state.counters["ratio"] = made.wall_ms / remapped.wall_ms;
  state.counters["cpu_ms"] = made.cpu_ms;
  state.counters["remap_cpu_ms"] = remapped.cpu_ms;
  state.counters["cpu_ratio"] = made.cpu_ms / remapped.cpu_ms;
}

// As a user runs it, but without look-ahead.
constexpr const char* kDefault = R"({"comfort": "auto"})";
constexpr const char* kOneEye = R"({"comfort": "auto", "views": "left_original"})";
const std::vector<Case> kCases{
    {"720p_yuv420p", 1280, 720, RLV_PF_YUV420P, kDefault, 0},
    {"720p_yuv420p_full_depth", 1280, 720, RLV_PF_YUV420P, kDefault, 1},
    {"720p_yuv420p_no_budget", 1280, 720, RLV_PF_YUV420P, R"({"comfort": "off"})", 0},
    {"720p_yuv420p_over_budget", 1280, 720, RLV_PF_YUV420P,
     R"({"comfort": "auto", "screen": "cinema"})", 0},
    {"720p_rgb24", 1280, 720, RLV_PF_RGB24, kDefault, 0},
    {"720p_yuv420p_one_eye", 1280, 720, RLV_PF_YUV420P, kOneEye, 0},
    {"720p_yuv420p_unfilled", 1280, 720, RLV_PF_YUV420P, R"({"fill": "none"})", 0},
    {"720p_yuv420p_simple", 1280, 720, RLV_PF_YUV420P, R"({"method": "simple"})", 0},
    {"720p_yuv420p_backward", 1280, 720, RLV_PF_YUV420P, R"({"method": "backward"})", 0},
    {"1080p_rgb24", 1920, 1080, RLV_PF_RGB24, kDefault, 0},
    {"1080p_grey8", 1920, 1080, RLV_PF_GREY8, kDefault, 0},
    {"1080p_yuv420p", 1920, 1080, RLV_PF_YUV420P, kDefault, 0},
    {"1080p_nv12", 1920, 1080, RLV_PF_NV12, kDefault, 0},
    {"1080p_yuv420p10", 1920, 1080, RLV_PF_YUV420P10, kDefault, 0},
    {"1080p_p010", 1920, 1080, RLV_PF_P010, kDefault, 0},
    {"2160p_yuv420p", 3840, 2160, RLV_PF_YUV420P, kDefault, 0},
};

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--threads=", 0) == 0) {
      g_threads = static_cast<std::uint32_t>(std::stoul(argument.substr(10)));
      std::copy(argv + i + 1, argv + argc, argv + i);
      --argc;
      break;
    }
  }
  for (const auto& c : kCases)
    benchmark::RegisterBenchmark(c.name, run_case, c)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->MinTime(1.0);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
