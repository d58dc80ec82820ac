// Writing films: the sink on two 1080p views side by side, from opening to the film with its name.
//
//   encode_bench [Google Benchmark's options]
//
// An encoder that this FFmpeg lacks is left out, visibly.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "bench/micro/media_trial.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/sink_driver.hpp"

namespace {

using namespace relievo;

constexpr int kFrames = 6;

struct Encoding {
  const char* codec;
  const char* encoder;
  const char* preset;
  const char* layout;
  std::uint32_t format;
  const char* file;
};
constexpr Encoding kEncodings[] = {
    {"hevc", "libx265", "superfast", "full_sbs", RLV_PF_YUV420P, "film.mp4"},
    {"hevc", "libx265", "ultrafast", "full_sbs", RLV_PF_YUV420P, "film.mp4"},
    {"hevc", "libx265", "superfast", "full_sbs", RLV_PF_YUV420P10, "film.mp4"},
    {"h264", "libx264", "veryfast", "full_sbs", RLV_PF_YUV420P, "film.mp4"},
    {"h264", "libx264", "veryfast", "half_sbs", RLV_PF_YUV420P, "film.mp4"},
    {"h264", "libx264", "veryfast", "anaglyph", RLV_PF_YUV420P, "film.mp4"},
    {"h264", "libx264", "veryfast", "vr180", RLV_PF_YUV420P, "film.mp4"},
    {"ffv1", "ffv1", "", "full_sbs", RLV_PF_YUV420P, "film.mkv"},
};

std::string name_of(const Encoding& e) {
  return std::string("encode/1080p/") + e.layout + "/" + e.encoder +
         (*e.preset == '\0' ? "" : std::string("_") + e.preset) +
         (e.format == RLV_PF_YUV420P10 ? "/10bit" : "/8bit");
}

// Both views of every moment, painted beforehand: that takes longer than some encoders.
std::vector<std::vector<Frame>> painted(test::SinkDriver& sink, const rlv_format& format) {
  const double top = (1U << RLV_PIXEL_BITS(format.pixel_format)) - 1U;
  std::vector<std::vector<Frame>> moments;
  for (int i = 0; i < kFrames; ++i) {
    const auto view = [&](int shift) {
      return test::painted_frame(
          sink.host(), test::frame_info(format, i), [&](int component, int x, int y) {
            return static_cast<int>(top * bench::lively(x + shift, y, i, component));
          });
    };
    moments.push_back({view(0), view(8), Frame()});
  }
  return moments;
}

void encode(benchmark::State& state, const Encoding& e) {
  const auto format = test::colour_format(e.format, 1920, 1080);
  const auto path = test::temporary_dir() / e.file;
  auto params =
      nlohmann::json{{"path", path.string()}, {"codec", e.codec},   {"encoder", e.encoder},
                     {"layout", e.layout},    {"preset", e.preset}, {"overwrite", true}};
  for (auto _ : state) {
    test::SinkDriver sink(media::sink_type(), params.dump());
    auto moments = painted(sink, format);
    try {
      static_cast<void>(sink.plan({format, format, std::nullopt}));
      const auto begin = std::chrono::steady_clock::now();
      sink.open();
      for (auto& moment : moments) sink.push(std::move(moment));
      sink.drain();
      if (!sink.finish(true).value("complete", false)) state.SkipWithError("the film is not whole");
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
      state.SetIterationTime(spent.count());
    } catch (const test::NodeError& error) {
      state.SkipWithError(error.what());
      return;
    }
  }
  bench::count_frames(state, kFrames);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& e : kEncodings)
    benchmark::RegisterBenchmark(name_of(e).c_str(), encode, e)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  return bench::run_all(argc, argv);
}
