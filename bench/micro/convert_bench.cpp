// The conversions that the host puts between nodes, on one 1080p picture.
//
//   convert_bench [Google Benchmark's options]
#include <string>

#include <benchmark/benchmark.h>

#include <relievo/sdk/pixel_format.hpp>

#include "bench/micro/media_trial.hpp"
#include "core/media/nodes.hpp"
#include "tests/unit/media/in/node_run.hpp"

namespace {

using namespace relievo;

struct Conversion {
  const char* name;
  std::uint32_t from;
  const char* to;      // pixel format, "" to leave it
  const char* colour;  // as the node's parameter
  std::uint8_t transfer;
};
constexpr std::uint8_t kBt709 = 1, kPq = 16, kHlg = 18;
constexpr Conversion kConversions[] = {
    {"yuv420p_to_rgb24", RLV_PF_YUV420P, "rgb24", "any", kBt709},
    {"yuv420p_to_srgb", RLV_PF_YUV420P, "rgb24", "srgb", kBt709},
    {"yuv420p10_to_srgb", RLV_PF_YUV420P10, "rgb24", "srgb", kBt709},
    {"rgb24_to_yuv420p", RLV_PF_RGB24, "yuv420p", "any", kBt709},
    {"p010_to_yuv420p10", RLV_PF_P010, "yuv420p10", "any", kBt709},
    {"pq_to_sdr", RLV_PF_YUV420P10, "", "sdr", kPq},
    {"hlg_to_srgb", RLV_PF_YUV420P10, "rgb24", "srgb", kHlg},
};

Frame picture(const host::NodeInstance& node, const rlv_format& format) {
  auto frame = test::new_frame(node, format, 0);
  const auto bits = RLV_PIXEL_BITS(format.pixel_format);
  const auto shift = RLV_PIXEL_HIGH(format.pixel_format) != 0 ? 16U - bits : 0U;
  const double top = (1U << bits) - 1U;
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto paint = [&](auto plane) {
      using T = std::remove_reference_t<decltype(plane.at(0, 0))>;
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          for (int c = 0; c < plane.components; ++c)
            plane.at(x, y, c) = static_cast<T>(
                static_cast<unsigned>(top * bench::lively(x, y, 0, static_cast<int>(p) + c))
                << shift);
    };
    if (bits == 8)
      paint(frame.plane<std::uint8_t>(p));
    else
      paint(frame.plane<std::uint16_t>(p));
  }
  return frame;
}

void convert(benchmark::State& state, const Conversion& c) {
  std::string params = std::string("{\"contiguous\": false, \"colour\": \"") + c.colour + "\"";
  if (*c.to != '\0') params += std::string(", \"pixel_format\": \"") + c.to + "\"";
  static const auto type = media::convert_type();  // nodes keep a reference
  test::NodeRun run(type, params + "}");
  auto format = test::colour_format(c.from, 1920, 1080);
  const bool is_hdr = c.transfer != kBt709;
  constexpr std::uint8_t kBt2020 = 9;
  const auto primaries = is_hdr ? kBt2020 : kBt709;
  const bool rgb = RLV_PIXEL_MODEL(c.from) == RLV_MODEL_RGB;
  format.colour = {primaries,
                   c.transfer,
                   rgb ? std::uint8_t{0} : primaries,
                   static_cast<std::uint8_t>(rgb ? 1 : 0),
                   0,
                   {}};
  run.open(format);
  const auto frame = picture(run.node, format);
  for (auto _ : state) {
    std::vector<Frame> moment{frame};
    if (run.node.push(moment) != Flow::kDone) state.SkipWithError("the node takes nothing");
    std::vector<Frame> result(1);
    if (run.node.pull(result) != Flow::kDone) state.SkipWithError("the node gives nothing");
    benchmark::DoNotOptimize(result);
  }
  bench::count_frames(state, 1);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& c : kConversions)
    benchmark::RegisterBenchmark((std::string("convert/1080p/") + c.name).c_str(), convert, c)
        ->UseRealTime()
        ->MeasureProcessCPUTime()
        ->Unit(benchmark::kMillisecond);
  return bench::run_all(argc, argv);
}
