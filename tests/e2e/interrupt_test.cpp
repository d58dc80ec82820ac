// Ctrl-C at any time: the exit code says so, and nothing unfinished has a finished name.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kCancelled = 130;
constexpr int kFrames = 72;
const std::string kSize = "160x90";

#if defined(RLV_FULL_TESTS)
#define RLV_INTERRUPT_SUITE InterruptFull
constexpr int kRounds = 60;
#else
#define RLV_INTERRUPT_SUITE Interrupt
constexpr int kRounds = 5;
#endif

struct Tally {
  int nothing = 0;
  int partial = 0;
  int whole = 0;
};

void check_round(int signal, double after_s, Tally& tally) {
  const auto folder = temporary_dir();
  const auto out = folder / "out.mp4";
  SCOPED_TRACE("signal " + std::to_string(signal) + " after " + std::to_string(after_s) + " s");
  Program program(host_words(convert(small_film(kFrames, kSize), out)), host_setup());
  std::this_thread::sleep_for(std::chrono::duration<double>(after_s));
  program.send(signal);
  const auto end = program.wait();
  ASSERT_FALSE(end.timed_out) << end.text();
  if (end.exit_code == 0) {
    // It came too late.
    EXPECT_THAT(names_in(folder), ElementsAre("out.mp4"));
    EXPECT_EQ(read_file(out).video().times().size(), static_cast<std::size_t>(kFrames));
    expect_sound_file(out);
    ++tally.whole;
    return;
  }
  // Before main() nobody can answer it.
  if (end.signal == signal && end.err.empty()) {
    EXPECT_LT(after_s, 0.1 + end.wall_s / 2) << end.text();
    EXPECT_THAT(names_in(folder), IsEmpty());
    ++tally.nothing;
    return;
  }
  EXPECT_EQ(end.exit_code, kCancelled) << end.text();
  EXPECT_TRUE(error_lines(end).empty()) << end.text();
  EXPECT_EQ(end.out, "");
  if (names_in(folder).empty()) {
    ++tally.nothing;
    return;
  }
  ASSERT_THAT(names_in(folder), ElementsAre("out.partial.mp4"));
  EXPECT_THAT(end.err, HasSubstr("out.partial.mp4"));
  EXPECT_GT(read_file(folder / "out.partial.mp4").video().times().size(), 0U);
  expect_sound_file(folder / "out.partial.mp4");
  ++tally.partial;
}

TEST(RLV_INTERRUPT_SUITE, AtAnyTimeLeavesAPlayablePartialFilmOrNothing) {
  RLV_FFMPEG_OR_SKIP();
  const auto begin = std::chrono::steady_clock::now();
  expect_success(run_host(convert(small_film(kFrames, kSize), temporary_dir() / "out.mp4")));
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
  const char* set = std::getenv("RELIEVO_TEST_SEED");
  std::mt19937 random(set == nullptr ? 1U : static_cast<unsigned>(std::strtoul(set, nullptr, 10)));
  Tally tally;
  for (int i = 0; i < kRounds; ++i)
    check_round(i % 2 == 0 ? SIGINT : SIGTERM,
                std::uniform_real_distribution(0.0, 1.1 * whole.count())(random), tally);
  std::printf("  %d signals: %d partial films, %d times nothing, %d whole films\n", kRounds,
              tally.partial, tally.nothing, tally.whole);
  EXPECT_GT(tally.partial, 0);
}

// A run that is going on for sure: the first frames were written.
TEST(RLV_INTERRUPT_SUITE, DuringTheRunKeepsWhatWasDone) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto partial = folder / "out.partial.mp4";
  Program program(host_words(convert(small_film(2400, kSize), folder / "out.mp4")), host_setup());
  for (int i = 0; i < 3000 && (!fs::exists(partial) || fs::file_size(partial) < 2000); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.send(SIGINT);
  const auto end = program.wait();
  EXPECT_EQ(end.exit_code, kCancelled) << end.text();
  ASSERT_THAT(names_in(folder), ElementsAre("out.partial.mp4"));
  const auto frames = read_file(partial).video().times().size();
  EXPECT_GT(frames, 0U);
  EXPECT_LT(frames, 2400U);
  EXPECT_THAT(end.err, HasSubstr("kept what was done"));
  EXPECT_THAT(end.err,
              HasSubstr("(" + std::to_string(frames) + (frames == 1 ? " frame)" : " frames)")));
  expect_sound_file(partial);
}

// With the usual preset the first packet comes only after some dozens of frames: those that the
// encoder holds are the whole film so far.
TEST(RLV_INTERRUPT_SUITE, BeforeTheFirstPacketKeepsTheFramesUnderWay) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto partial = folder / "out.partial.mp4";
  Program program(host_words(convert(small_film(240, "320x180"), folder / "out.mp4",
                                     {"--set", "nodes.sink.params.preset=medium"})),
                  host_setup());
  // The header is written when the first frame arrives.
  for (int i = 0; i < 3000 && (!fs::exists(partial) || fs::file_size(partial) == 0); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.send(SIGINT);
  const auto end = program.wait();
  EXPECT_EQ(end.exit_code, kCancelled) << end.text();
  ASSERT_THAT(names_in(folder), ElementsAre("out.partial.mp4")) << end.text();
  const auto frames = read_file(partial).video().times().size();
  EXPECT_GT(frames, 0U);
  EXPECT_THAT(end.err, HasSubstr("finishing the frames under way"));
  EXPECT_THAT(end.err, HasSubstr("kept what was done"));
  expect_sound_file(partial);
}

// A node that never comes back: the first Ctrl-C waits for it, the second does not.
TEST(RLV_INTERRUPT_SUITE, TheSecondEndsAtOnce) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto config = folder / "hang.yaml";
  {
    std::ofstream(config) << "version: 1\nplugins: {path: '" << RLV_PROBE_FOLDER
                          << "'}\nnodes:\n"
                             "  source: {type: source}\n"
                             "  stuck: {type: probe.depth, in: source, params: {hang_at: 5}}\n"
                             "  sink: {type: sink, in: stuck}\n";
  }
  Program program(host_words({"--config", config.string(), "--input", small_film(48).string(),
                              "--output", (folder / "out.mp4").string()}),
                  host_setup());
  // It tells its progress once frames go through.
  std::this_thread::sleep_for(std::chrono::milliseconds(kSanitized ? 4000 : 1500));
  program.send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begin = std::chrono::steady_clock::now();
  program.send(SIGINT);
  const auto end = program.wait();
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(end.exit_code, kCancelled) << end.text();
  EXPECT_LT(waited.count(), 2.0);
  EXPECT_FALSE(fs::exists(folder / "out.mp4"));
}

}  // namespace
}  // namespace relievo::test
