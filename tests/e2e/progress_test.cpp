// What a run tells of its progress: one line that changes on a terminal, plain lines in a log.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// Twelve frames, each of which takes so long.
std::vector<std::string> slow_run(int frame_ms) {
  const auto path = temporary_dir() / "slow.yaml";
  std::ofstream(path) << "version: 1\nplugins: {path: '" << RLV_PROBE_FOLDER
                      << "'}\nnodes:\n"
                         "  source: {type: source}\n"
                         "  think: {type: probe.depth, in: source, params: {sleep_ms: "
                      << frame_ms << "}}\n  sink: {type: sink, in: think}\n";
  return {"--config", path.string(), "--input", small_film(12).string(), "--output", "null"};
}

#if defined(RLV_FULL_TESTS)

// Every ten seconds.
TEST(ProgressFull, IsAPlainLineNowAndThenWithoutATerminal) {
  RLV_FFMPEG_OR_SKIP();
  const auto end = run_host(slow_run(1100));
  expect_success(end);
  EXPECT_EQ(end.out, "");
  EXPECT_THAT(end.err, ContainsRegex("host: +[0-9.]+ %  [0-9]+ of 12 frames  [0-9.]+ fps  "
                                     "ETA [0-9]+:[0-9]+  slowest: think\n"));
  EXPECT_THAT(end.err, Not(HasSubstr("\x1b")));
}

#else

TEST(Progress, IsOneLineThatChangesOnATerminal) {
  RLV_FFMPEG_OR_SKIP();
  auto setup = host_setup();
  setup.terminal = true;
  const auto end = run_host(slow_run(100), setup);
  expect_success(end);
  EXPECT_EQ(end.out, "");
  EXPECT_THAT(end.err, ContainsRegex("\r\x1b\\[K +[0-9.]+ %  [0-9]+ of 12 frames  [0-9.]+ fps  "
                                     "ETA [0-9]+:[0-9]+  slowest: think"));
  EXPECT_THAT(end.err, ContainsRegex("\r\x1b\\[Khost: 12 frames in [0-9.]+ s"));
}

TEST(Progress, LeavesNoControlCharactersInALog) {
  RLV_FFMPEG_OR_SKIP();
  const auto end = run_host(slow_run(60));
  expect_success(end);
  EXPECT_THAT(end.err, ContainsRegex("host: 12 frames in [0-9.]+ s"));
  EXPECT_THAT(end.err, Not(HasSubstr("\r")));
  EXPECT_THAT(end.err, Not(HasSubstr("\x1b")));
}

TEST(Progress, IsSilentWhenAskedToBe) {
  RLV_FFMPEG_OR_SKIP();
  auto arguments = slow_run(0);
  arguments.emplace_back("--quiet");
  const auto end = run_host(arguments);
  expect_success(end);
  EXPECT_EQ(end.out + end.err, "");
}

#endif

}  // namespace
}  // namespace relievo::test
