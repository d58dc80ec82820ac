// What takes long: films whose length must not show in memory, slow encoders, cancelling one.
#include <chrono>
#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/av.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

#if defined(__linux__)
#include <unistd.h>
#endif

namespace relievo::test {
namespace {

using media::sink_type;

#if defined(__linux__)
double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// 25 minutes with sound whose packets all lie behind the pictures in the file: the worst order.
TEST(SinkLong, MemoryDoesNotGrowWithTheFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source = dir / "in.mkv";
  ffmpeg(
      "-f lavfi -i color=black:size=32x32:rate=24:duration=1500 -f lavfi -i "
      "anoisesrc=duration=1500:sample_rate=48000 -c:v libx264 -preset ultrafast -c:a aac " +
      source.string());
  auto film = film_of(source);
  ASSERT_GT(film.times.size(), 35000U);
  film.format.width = film.format.height = 32;
  film.paint = [](int, std::int64_t, int, int, int) {
    return 90;
  };
  SinkDriver sink(sink_type(), quick(dir / "out.mkv", R"({"codec": "h264"})"));
  static_cast<void>(sink.plan(ports_of(film, false)));
  sink.open();
  push_film(sink, film, false, 0, 6000);
  const double early = resident_megabytes();
  push_film(sink, film, false, 6000, film.times.size());
  const double late = resident_megabytes();
  sink.drain();
  static_cast<void>(sink.finish(true));
  EXPECT_LT(late - early, 6.0) << "of " << early << " MB";
}
#endif

TEST(SinkLong, Av1WithEveryEncoderThatIsThere) {
  for (const auto& [encoder, preset] :
       {std::pair{"libsvtav1", "12"}, std::pair{"libaom-av1", "8"}}) {
    if (avcodec_find_encoder_by_name(encoder) == nullptr) continue;
    for (const char* name : {"film.mp4", "film.mkv", "film.webm"}) {
      const auto path = temporary_dir() / name;
      auto film = small_film(20, RLV_PF_YUV420P10, 128, 96);
      film.format.colour = {9, 16, 9, 0, 0, {}};
      static_cast<void>(write_film(
          quick(path, std::string(R"({"codec": "av1", "encoder": ")") + encoder + R"("})", preset),
          film));
      const auto file = read_file(path);
      EXPECT_EQ(file.video().codec, AV_CODEC_ID_AV1);
      EXPECT_EQ(file.video().format, AV_PIX_FMT_YUV420P10);
      EXPECT_EQ(file.video().colour.transfer, 16);
      const auto times = file.video().times();
      ASSERT_EQ(times.size(), 20U) << encoder << " " << name;
      for (std::size_t i = 0; i < times.size(); ++i)
        EXPECT_NEAR(times[i], static_cast<double>(i) / 24, 0.0006) << encoder << " " << name;
    }
  }
}

TEST(SinkLong, WebmTakesOpusAndItsOwnText) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  std::ofstream(dir / "a.srt") << "1\n00:00:00,250 --> 00:00:00,500\nhello\n\n";
  ffmpeg("-f lavfi -i color=black:size=64x48:rate=24:duration=1 -f lavfi -i sine=duration=1 -i " +
         (dir / "a.srt").string() + " -c:v libx264 -preset ultrafast -c:a aac -c:s mov_text " +
         (dir / "in.mp4").string());
  const auto path = dir / "out.webm";
  const auto report = write_film(quick(path, R"({"codec": "av1", "encoder": "libaom-av1"})", "8"),
                                 film_of(dir / "in.mp4"));
  const auto out = read_file(path);
  ASSERT_EQ(out.of(AVMEDIA_TYPE_AUDIO).size(), 1U);
  EXPECT_EQ(out.of(AVMEDIA_TYPE_AUDIO)[0]->codec, AV_CODEC_ID_OPUS);
  ASSERT_EQ(out.of(AVMEDIA_TYPE_SUBTITLE).size(), 1U);
  EXPECT_EQ(out.of(AVMEDIA_TYPE_SUBTITLE)[0]->codec, AV_CODEC_ID_WEBVTT);
  EXPECT_THAT(report["notes"].dump(), ::testing::HasSubstr("becomes opus"));
}

// The encoder holds dozens of frames when the run is cancelled, more than it can finish in the
// eight seconds that it gets.
TEST(SinkLong, ASlowEncoderIsCancelledInTime) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(50, RLV_PF_YUV420P, 960, 540);
  film.paint = [](int view, std::int64_t frame, int c, int x, int y) {
    return 16 +
           static_cast<int>(
               (static_cast<std::uint32_t>(x) * 31 + static_cast<std::uint32_t>(y) * 17 +
                static_cast<std::uint32_t>(frame) * 7 + static_cast<std::uint32_t>(c * 5 + view)) %
               190);
  };
  SinkDriver sink(sink_type(), quick(path, R"({"encoder": "libx265"})", "veryslow"));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true);
  const auto begin = std::chrono::steady_clock::now();
  const auto report = sink.finish(false);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  // A frame that is being encoded is waited for; on a slow machine that is a while.
  EXPECT_LT(took.count(), 20.0);
  if (took.count() < 8.0)
    EXPECT_EQ(report["frames"].get<int>(), 50);  // a fast machine
  else
    EXPECT_LT(report["frames"].get<int>(), 50);
  std::printf("  took %.1f s, %d of 50 frames\n", took.count(), report["frames"].get<int>());
  EXPECT_EQ(
      static_cast<std::int64_t>(decode_pictures(path.parent_path() / "film.partial.mp4").size()),
      report["frames"].get<std::int64_t>());
}

}  // namespace
}  // namespace relievo::test
