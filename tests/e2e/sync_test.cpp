// Sound stays with the picture through the whole program: a flash and a beep, by every way in which
// a run changes one of them.
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/flash_and_beep.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

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

std::filesystem::path film_for(const Way& way) {
  const auto film = temporary_dir() / (std::string("in") + way.source_ending);
  ffmpeg(flash_and_beep("160x96", way.sound_options) + way.source_options + " -strict -2 " +
         film.string());
  return film;
}

// From the flash to the beep, in seconds.
double distance(const std::filesystem::path& film) {
  const double flash = flash_time(decode_pictures(film), read_file(film).video().timebase);
  const double beep = beep_time(decode_sound(film));
  EXPECT_GT(flash, -1000) << "no flash in " << film;
  EXPECT_LT(beep, 1000) << "no beep in " << film;
  return beep - flash;
}

constexpr const char* kAac = "-c:v libx264 -preset ultrafast -bf 2 -c:a aac";

class SyncWays : public ::testing::TestWithParam<Way> {};

TEST_P(SyncWays, FlashAndBeepStayWithinFiveMilliseconds) {
  RLV_FFMPEG_OR_SKIP();
  const auto& way = GetParam();
  const auto source = film_for(way);
  const auto target = source.parent_path() / (std::string("out") + way.target_ending);
  std::vector<std::string> words{"--set", "nodes.depth.type=example.ramp"};
  words.insert(words.end(), way.words.begin(), way.words.end());
  expect_success(run_host(convert(source, target, words)));
  EXPECT_NEAR(distance(target), distance(source), 0.005);
}

// The MV-HEVC film that the tool 'spatial' makes of the side by side one.
TEST(Sync, HoldsInSpatialVideoToo) {
  RLV_FFMPEG_OR_SKIP();
  const auto source = film_for({"Spatial", kAac, ".mov", ".mp4"});
  const auto target = source.parent_path() / "out_LRF_Full_SBS.mp4";
  auto setup = host_setup();
  const char* path = std::getenv("PATH");
  setup.environment["PATH"] = RLV_SPATIAL_FOLDER + std::string(":") + (path ? path : "");
  expect_success(run_host(
      convert(source, target, {"--set", "nodes.depth.type=example.ramp", "--set", "spatial={}"}),
      setup));
  EXPECT_NEAR(distance(source.parent_path() / "out_spatial.mov"), distance(source), 0.005);
}

const std::vector<std::string> kHalfRate{
    "--set", "nodes.rate.type=scale",    "--set", "nodes.rate.in=source",
    "--set", "nodes.rate.params.fps=12", "--set", "nodes.cuts.in=rate"};

INSTANTIATE_TEST_SUITE_P(
    Program, SyncWays,
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
