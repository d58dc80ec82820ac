// Reading films: the source node on 1080p of several codecs, from opening to the last picture.
//
//   decode_bench [Google Benchmark's options]
//
// The films are made by the program `ffmpeg`, which must be here; a codec that it cannot write is
// left out, visibly.
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/micro/media_trial.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace {

using namespace relievo;

struct Film {
  const char* name;
  const char* options;  // for ffmpeg
  const char* file;
};
constexpr Film kFilms[] = {
    {"h264", "-c:v libx264 -preset veryfast -pix_fmt yuv420p", "film.mp4"},
    {"hevc", "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p",
     "film.mp4"},
    {"hevc_10bit",
     "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le", "film.mp4"},
    {"vp9", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 8M -pix_fmt yuv420p", "film.webm"},
    {"ffv1", "-c:v ffv1 -level 3 -slices 4 -pix_fmt yuv420p", "film.mkv"},
};

void decode(benchmark::State& state, const Film& film) {
  constexpr int kFrames = 24;
  std::filesystem::path path;
  try {
    path = test::make_film("-f lavfi -i testsrc2=s=1920x1080:r=24 -frames:v " +
                               std::to_string(kFrames) + " " + film.options,
                           film.file);
  } catch (const std::exception&) {
    state.SkipWithError("ffmpeg cannot write this codec here");
    return;
  }
  for (auto _ : state) {
    test::FilmRun run(path.string());
    run.read_all();
    if (run.frames.size() != kFrames) state.SkipWithError("pictures were lost");
  }
  bench::count_frames(state, kFrames);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& film : kFilms)
    benchmark::RegisterBenchmark((std::string("decode/1080p/") + film.name).c_str(), decode, film)
        ->UseRealTime()
        ->MeasureProcessCPUTime()
        ->Unit(benchmark::kMillisecond);
  return bench::run_all(argc, argv);
}
