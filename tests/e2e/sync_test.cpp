// Sound stays with the picture through the whole program: a flash and a beep, by every way in which
// a run changes one of them.
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

extern "C" {
#include <libavutil/rational.h>
}

namespace relievo::test {
namespace {

struct Way {
  const char* name;
  const char* source_options;  // for ffmpeg, after its inputs
  const char* source_ending;
  const char* target_ending;
  std::vector<std::string> words = {};  // for the program
  const char* sound_options = "";       // before the sound
};

void PrintTo(const Way& way, std::ostream* out) {
  *out << way.name;
}

// Black for three seconds but for the frame at 1.25 s, in which a beep of a tenth of a second
// begins. 24 frames a second.
std::filesystem::path flash_and_beep(const Way& way) {
  const auto film = temporary_dir() / (std::string("in") + way.source_ending);
  ffmpeg(
      "-f lavfi -i \"color=black:size=160x96:rate=24:duration=3,"
      "drawbox=color=white:t=fill:enable='between(t,1.24,1.26)'\" " +
      std::string(way.sound_options) +
      " -f lavfi -i \"sine=frequency=1000:sample_rate=48000:duration=3,"
      "volume='4*between(t,1.25,1.35)':eval=frame\" " +
      way.source_options + " -strict -2 " + film.string());
  return film;
}

// From the flash to the beep, in seconds.
double distance(const std::filesystem::path& film) {
  const auto unit = av_q2d(read_file(film).video().timebase);
  double flash = -1000;
  for (const auto& picture : decode_pictures(film)) {
    if (picture.at(0, 40, 40) < 128) continue;
    flash = static_cast<double>(picture.pts) * unit;
    break;
  }
  const auto sound = decode_sound(film);
  double beep = 1000;
  for (std::size_t i = 0; i < sound.samples.size() && beep > 999; ++i)
    if (std::abs(sound.samples[i]) > 0.1F) beep = sound.start + static_cast<double>(i) / 48000.0;
  EXPECT_GT(flash, -1000) << "no flash in " << film;
  EXPECT_LT(beep, 1000) << "no beep in " << film;
  return beep - flash;
}

class Sync : public ::testing::TestWithParam<Way> {};

TEST_P(Sync, FlashAndBeepStayWithinFiveMilliseconds) {
  RLV_FFMPEG_OR_SKIP();
  const auto& way = GetParam();
  const auto source = flash_and_beep(way);
  const auto target = source.parent_path() / (std::string("out") + way.target_ending);
  std::vector<std::string> words{"--set", "nodes.depth.type=example.ramp"};
  words.insert(words.end(), way.words.begin(), way.words.end());
  expect_success(run_host(convert(source, target, words)));
  EXPECT_NEAR(distance(target), distance(source), 0.005);
}

constexpr const char* kAac = "-c:v libx264 -preset ultrafast -bf 2 -c:a aac";
const std::vector<std::string> kHalfRate{
    "--set", "nodes.rate.type=scale",    "--set", "nodes.rate.in=source",
    "--set", "nodes.rate.params.fps=12", "--set", "nodes.cuts.in=rate"};

INSTANTIATE_TEST_SUITE_P(
    Program, Sync,
    ::testing::Values(
        // Priming and reordered frames: edit lists on both sides.
        Way{"Mp4", kAac, ".mp4", ".mp4"}, Way{"MovToMkv", kAac, ".mov", ".mkv"},
        Way{"SoundThatBecomesAac",
            "-c:v libx264 -preset ultrafast -bf 2 -c:a ac3",
            ".mp4",
            ".mp4",
            {"--preset", "quest3"}},
        Way{"OpusThatBecomesAac",
            "-c:v libx264 -preset ultrafast -c:a libopus",
            ".mkv",
            ".mp4",
            {"--preset", "phone_cardboard"}},
        Way{"VariableRate",
            "-vf \"select='not(mod(n\\,5))+between(n\\,28\\,33)'\" -fps_mode vfr -c:v libx264 "
            "-preset ultrafast -bf 2 -c:a aac",
            ".mp4", ".mp4"},
        Way{"LateSound", kAac, ".mp4", ".mp4", {}, "-itsoffset 0.4"},
        Way{"EarlySound", kAac, ".mov", ".mp4", {}, "-itsoffset -0.4"},
        Way{"LaterStart", kAac, ".mp4", ".mp4", {"--set", "nodes.source.params.start=0.7"}},
        // The flash is frame 30: one that is kept.
        Way{"HalfTheRate", kAac, ".mp4", ".mp4", kHalfRate}),
    [](const auto& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace relievo::test
