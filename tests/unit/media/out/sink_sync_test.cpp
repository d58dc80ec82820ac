// Sound and picture stay together: a flash and a beep, through every way in which sources say when
// their tracks begin.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/flash_and_beep.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {
namespace {

struct SyncCase {
  const char* name;
  const char* source_options;  // for ffmpeg, after its inputs
  const char* source_ending;
  const char* target_ending;
  double trim_start = -1;
  double trim_end = -1;
  const char* input_options = "";  // before the sound
};

class SinkSync : public ::testing::TestWithParam<SyncCase> {};

TEST_P(SinkSync, FlashAndBeepKeepTheirDistance) {
  RLV_FFMPEG_OR_SKIP();
  const auto& c = GetParam();
  const auto dir = temporary_dir();
  const auto source = dir / (std::string("in") + c.source_ending);
  ffmpeg(flash_and_beep("64x48", c.input_options) + c.source_options + " -strict -2 " +
         source.string());

  auto film = film_of(source, c.trim_start, c.trim_end);
  const auto timebase = read_file(source).video().timebase;
  const auto given = decode_pictures(source);
  const double flash_in = flash_time(given, timebase);
  ASSERT_GT(flash_in, 0);
  film.paint = [&](int, std::int64_t frame, int component, int, int) {
    const double at =
        static_cast<double>(film.times[static_cast<std::size_t>(frame)].pts) * av_q2d(timebase);
    return component > 0 ? 128 : std::abs(at - flash_in) < 1e-6 ? 235 : 16;
  };
  const auto target = dir / (std::string("out") + c.target_ending);
  static_cast<void>(write_film(quick(target, R"({"codec": "h264"})"), film, false));

  const double distance_in = beep_time(decode_sound(source)) - flash_in;
  ASSERT_LT(std::abs(distance_in), 0.7);
  const double flash_out = flash_time(decode_pictures(target), read_file(target).video().timebase);
  const double distance_out = beep_time(decode_sound(target)) - flash_out;
  EXPECT_NEAR(distance_out, distance_in, 0.003);
  if (c.trim_start >= 0) {
    EXPECT_NEAR(flash_out, flash_in - c.trim_start, 0.05);
  }
}

constexpr const char* kH264Aac = "-c:v libx264 -preset ultrafast -bf 2 -c:a aac";

#if defined(RLV_FULL_TESTS)
INSTANTIATE_TEST_SUITE_P(
    Full, SinkSync,
    ::testing::Values(
        SyncCase{"Mp4AacToMov", kH264Aac, ".mp4", ".mov"},
        SyncCase{"Mp4AacToMkv", kH264Aac, ".mp4", ".mkv"},
        SyncCase{"MkvAacToMp4", kH264Aac, ".mkv", ".mp4"},
        SyncCase{"OpusToAac", "-c:v libx264 -preset ultrafast -c:a libopus", ".mkv", ".mp4"},
        SyncCase{"VorbisToAac", "-c:v libx264 -preset ultrafast -ac 2 -c:a libvorbis", ".mkv",
                 ".mp4"},
        SyncCase{"DtsToAac", "-c:v libx264 -preset ultrafast -ac 2 -c:a dca", ".mkv", ".mp4"},
        SyncCase{"PcmToAac", "-c:v libx264 -preset ultrafast -c:a pcm_s16le", ".mov", ".mp4"},
        SyncCase{"ResampledToAac", "-c:v libx264 -preset ultrafast -c:a pcm_s16le -ar 37800",
                 ".mov", ".mp4"},
        SyncCase{"TransportStreamToMkv", kH264Aac, ".ts", ".mkv"},
        SyncCase{"Avi", "-c:v libx264 -preset ultrafast -bf 0 -c:a mp3", ".avi", ".mp4"},
        SyncCase{"LateSoundToMkv", kH264Aac, ".mp4", ".mkv", -1, -1, "-itsoffset 0.4"},
        SyncCase{"EarlySound", kH264Aac, ".mp4", ".mp4", -1, -1, "-itsoffset -0.4"},
        SyncCase{"EarlySoundOfMkv", kH264Aac, ".mkv", ".mp4", -1, -1, "-itsoffset -0.4"},
        SyncCase{"LateOpusToAac", "-c:v libx264 -preset ultrafast -c:a libopus", ".mkv", ".mp4", -1,
                 -1, "-itsoffset 0.4"},
        SyncCase{"TrimmedToMkv", kH264Aac, ".mp4", ".mkv", 0.7, 2.1},
        SyncCase{"TrimmedTransportStream", kH264Aac, ".ts", ".mp4", 2.1, 3.4},
        SyncCase{"TrimmedToAac", "-c:v libx264 -preset ultrafast -c:a libopus", ".mkv", ".mp4", 0.7,
                 2.1}),
    [](const auto& value) { return std::string(value.param.name); });
#else
INSTANTIATE_TEST_SUITE_P(
    Quick, SinkSync,
    ::testing::Values(SyncCase{"Mp4AacToMp4", kH264Aac, ".mp4", ".mp4"},
                      SyncCase{"OpusToMkv", "-c:v libx264 -preset ultrafast -c:a libopus", ".mkv",
                               ".mkv"},
                      SyncCase{"TransportStream", kH264Aac, ".ts", ".mp4"},
                      SyncCase{"LateSound", kH264Aac, ".mp4", ".mp4", -1, -1, "-itsoffset 0.4"},
                      SyncCase{"Trimmed", kH264Aac, ".mp4", ".mp4", 0.7, 2.1}),
    [](const auto& value) { return std::string(value.param.name); });

// Two recordings in one file, the second of which begins its times anew.
TEST(SinkSync, GluedFilesStayInSyncBehindTheJoint) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  for (const char* name : {"a.ts", "b.ts"})
    ffmpeg(flash_and_beep("64x48") + "-c:v libx264 -preset ultrafast -bf 0 -c:a aac " +
           (dir / name).string());
  const auto source = dir / "glued.ts";
  std::ofstream(source, std::ios::binary) << std::ifstream(dir / "a.ts", std::ios::binary).rdbuf()
                                          << std::ifstream(dir / "b.ts", std::ios::binary).rdbuf();
  // As the source node gives it: the second part follows the first without a gap.
  auto film = film_of(dir / "a.ts");
  const auto first_half = film.times.size();
  const auto timebase = read_file(dir / "a.ts").video().timebase;
  const auto length = film.times.back().pts + film.times.back().duration - film.times.front().pts;
  for (std::size_t i = 0; i < first_half; ++i)
    film.times.push_back({film.times[i].pts + length, film.times[i].duration});
  auto record = media::find_clock(film.format.clock)->source();
  record.path = source.string();
  register_source(film, record);

  const auto pictures = decode_pictures(dir / "a.ts");
  std::size_t flash = 0;
  while (pictures[flash].at(0, 20, 20) < 128) ++flash;
  film.paint = [&](int, std::int64_t frame, int component, int, int) {
    return component > 0 ? 128 : static_cast<std::size_t>(frame) % first_half == flash ? 235 : 16;
  };
  const double distance_in = beep_time(decode_sound(dir / "a.ts")) - flash_time(pictures, timebase);
  for (const char* name : {"out.mp4", "out.mkv"}) {
    static_cast<void>(write_film(quick(dir / name, R"({"codec": "h264"})"), film, false));
    const auto out = decode_pictures(dir / name);
    ASSERT_EQ(out.size(), 2 * first_half);
    const std::vector<DecodedPicture> second(out.begin() + static_cast<std::ptrdiff_t>(first_half),
                                             out.end());
    const double flash_out = flash_time(second, read_file(dir / name).video().timebase);
    auto sound = decode_sound(dir / name);
    const auto skipped = static_cast<std::size_t>((flash_out - 1.0 - sound.start) * 48000);
    sound.samples.erase(sound.samples.begin(),
                        sound.samples.begin() + static_cast<std::ptrdiff_t>(skipped));
    sound.start += static_cast<double>(skipped) / 48000;
    // Packets are whole: at the joint up to half a one overlaps or is missing.
    EXPECT_NEAR(beep_time(sound) - flash_out, distance_in, 0.5 * 1024 / 48000) << name;
  }
}

TEST(SinkTrim, CutsEveryTrackWhereTheFilmIsCut) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source = dir / "in.mp4";
  ffmpeg(
      "-f lavfi -i color=black:size=64x48:rate=24:duration=6 -f lavfi -i "
      "sine=frequency=1000:duration=6 -c:v libx264 -preset ultrafast -g 12 -c:a aac " +
      source.string());
  const auto film = film_of(source, 2.0, 4.0);
  ASSERT_EQ(film.times.size(), 48U);
  for (const char* name : {"out.mp4", "out.mkv"}) {
    static_cast<void>(write_film(quick(dir / name, R"({"codec": "h264"})"), film, false));
    const auto out = read_file(dir / name);
    EXPECT_NEAR(out.video().times().front(), 0, 1e-6) << name;
    const auto sound = out.of(AVMEDIA_TYPE_AUDIO)[0]->times();
    EXPECT_NEAR(sound.front(), 0, 0.022) << name;
    EXPECT_NEAR(sound.back(), 2.0, 0.022) << name;
    EXPECT_LT(sound.back(), 2.0) << name;
  }
}

#endif

}  // namespace
}  // namespace relievo::test
