#include "core/host/runner.hpp"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/frame.hpp"
#include "tests/support/graphs.hpp"

namespace relievo::test {
namespace {

using host::ExitCode;
using ::testing::HasSubstr;

TEST(Runner, PassesEveryFrameInOrder) {
  TestRun run;
  const auto outcome =
      run_yaml("nodes: {s: {type: source, params: {frames: 300}}, k: {type: sink, in: s}}", run);
  EXPECT_FALSE(outcome.report.failure);
  EXPECT_EQ(outcome.report.frames, 300);
  ASSERT_EQ(outcome.report.sinks.size(), 1U);
  EXPECT_TRUE(outcome.report.sinks[0].at("complete").get<bool>());
}

TEST(Runner, JoinsABranchWithAWindowAndOneWithout) {
  for (const auto* steady : {"true", "false"}) {
    TestRun run;
    const auto outcome =
        run_yaml(std::string("nodes:\n  s: {type: source, params: {frames: 500}}\n"
                             "  w: {type: testkit.window, in: s, params: {latency: 31, steady: ") +
                     steady +
                     "}}\n  d: {type: testkit.depth, in: w}\n"
                     "  v: {type: testkit.view, in: {colour: s, depth: d}}\n"
                     "  k: {type: sink, in: {view: v, depth: d}}\n",
                 run);
    ASSERT_FALSE(outcome.report.failure) << outcome.report.failure->what();
    EXPECT_EQ(outcome.report.frames, 500);
  }
}

TEST(Runner, ServesSeveralSourcesAndSinksInOnePass) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes:\n  a: {type: source, params: {frames: 50}}\n  b: {type: source, params: {frames: "
      "70}}\n"
      "  ka: {type: sink, in: a}\n  kb: {type: sink, in: b}\n  kc: {type: sink, in: b}\n",
      run);
  ASSERT_FALSE(outcome.report.failure);
  EXPECT_EQ(outcome.report.sinks.size(), 3U);
}

TEST(Runner, AFilmWithoutFramesEndsWell) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes: {s: {type: source, params: {frames: 0}}, w: {type: testkit.window, in: s}, k: {type: "
      "sink, in: w}}",
      run);
  EXPECT_FALSE(outcome.report.failure);
  EXPECT_EQ(outcome.report.frames, 0);
}

TEST(Runner, EveryFrameIsReleased) {
  const auto before = host::live_frames();
  {
    TestRun run;
    const auto outcome = run_yaml(
        "nodes:\n  s: {type: source}\n  w: {type: testkit.window, in: s}\n  d: {type: "
        "testkit.depth, in: w}\n"
        "  v: {type: testkit.view, in: {colour: s, depth: d}}\n  k: {type: sink, in: v}\n",
        run);
    EXPECT_FALSE(outcome.report.failure);
  }
  EXPECT_EQ(host::live_frames(), before);
}

std::string with_trouble(const std::string& what) {
  return "nodes:\n  s: {type: source}\n  t: {type: testkit.trouble, in: s, params: {what: " + what +
         "}}\n  w: {type: testkit.window, in: t, params: {latency: 8}}\n"
         "  d: {type: testkit.depth, in: w}\n  v: {type: testkit.view, in: {colour: t, depth: d}}\n"
         "  k: {type: sink, in: v}\n";
}

struct Expected {
  const char* what;
  ExitCode code;
  const char* message;
};

void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.what;
}

class RunnerTrouble : public ::testing::TestWithParam<Expected> {};

TEST_P(RunnerTrouble, IsToldOnceAndEndsTheRun) {
  const auto before = host::live_frames();
  {
    TestRun run;
    const auto outcome = run_yaml(with_trouble(GetParam().what), run);
    ASSERT_TRUE(outcome.report.failure);
    EXPECT_EQ(outcome.report.failure->code(), GetParam().code);
    EXPECT_THAT(outcome.report.failure->what(), HasSubstr(GetParam().message));
    ASSERT_EQ(outcome.report.sinks.size(), 1U);
    EXPECT_FALSE(outcome.report.sinks[0].at("complete").get<bool>());
  }
  EXPECT_EQ(host::live_frames(), before);
}

INSTANTIATE_TEST_SUITE_P(
    All, RunnerTrouble,
    ::testing::Values(
        Expected{"fail", ExitCode::kRunFailed, "node 't': frame 5 is too beautiful; look away"},
        Expected{"fail_open", ExitCode::kRunFailed, "node 't': the device is asleep; wake it"},
        Expected{"fail_drain", ExitCode::kRunFailed, "node 't': the last window broke"},
        Expected{"throw", ExitCode::kRunFailed, "node 't': a plain exception"},
        Expected{"weights", ExitCode::kWeights, "node 't': tensor 'a.b' is missing"},
        Expected{"drop", ExitCode::kPlugin, "holds back 1 frames, but plan() promised at most 0"},
        Expected{"double", ExitCode::kPlugin, "gave more frames than it was given"},
        Expected{"swap_index", ExitCode::kPlugin, "gave frame 6 where frame 5"},
        Expected{"change_clock", ExitCode::kPlugin, "changed the clock of a frame"},
        Expected{"change_times", ExitCode::kPlugin,
                 "gave frame 5 where frame 5 with its own times was due"},
        Expected{"change_size", ExitCode::kPlugin, "gave a frame of another format or size (32x8)"},
        Expected{"again_for_ever", ExitCode::kPlugin,
                 "pull() says AGAIN straight after push() said AGAIN"},
        Expected{"eos_early", ExitCode::kPlugin, "pull() says EOS before drain()"},
        Expected{"null_frame", ExitCode::kPlugin, "pull() returned 0 with no frame for output 0"}),
    [](const auto& param) { return std::string(param.param.what); });

TEST(Runner, ANodeThatHoldsMoreThanItPromisedIsFoundOut) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes: {s: {type: source}, w: {type: testkit.window, in: s, params: {latency: 5, promise: "
      "3}}, k: {type: sink, in: w}}",
      run);
  ASSERT_TRUE(outcome.report.failure);
  EXPECT_EQ(outcome.report.failure->code(), ExitCode::kPlugin);
  EXPECT_THAT(outcome.report.failure->what(),
              HasSubstr("holds back 4 frames, but plan() promised at most 3"));
}

TEST(Runner, CancelEndsTheRunSoonAndLetsSinksClose) {
  TestRun run;
  host::RunOptions options;
  options.cancel_requested = [begin = std::chrono::steady_clock::now()] {
    return std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(150);
  };
  const auto outcome = run_yaml(
      "nodes:\n  s: {type: source, params: {frames: 1000000, sleep_ms: 2}}\n"
      "  d: {type: testkit.depth, in: s}\n  k: {type: sink, in: d}\n",
      run, options);
  EXPECT_FALSE(outcome.report.failure);
  EXPECT_TRUE(outcome.report.cancelled);
  EXPECT_LT(outcome.report.seconds, 2.0);
  ASSERT_EQ(outcome.report.sinks.size(), 1U);
  EXPECT_FALSE(outcome.report.sinks[0].at("complete").get<bool>());
}

TEST(Runner, NoFileGetsItsNameUnlessAllWentWell) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes:\n  s: {type: source}\n  t: {type: testkit.trouble, in: s, params: {at: 90}}\n"
      "  good: {type: sink, in: s}\n  bad: {type: sink, in: t}\n",
      run);
  ASSERT_TRUE(outcome.report.failure);
  for (const auto& sink : outcome.report.sinks) EXPECT_FALSE(sink.at("complete").get<bool>());
}

TEST(Runner, AFileThatCannotGetItsNameFailsTheRun) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes: {s: {type: source}, k: {type: sink, in: s, params: {fail_finish: true}}}", run);
  ASSERT_TRUE(outcome.report.failure);
  EXPECT_STREQ(outcome.report.failure->what(), "node 'k': the file could not get its name");
}

TEST(Runner, ANodeWithoutASignOfLifeIsNamed) {
  // The hanging thread stays behind, so this runs in a process of its own.
  EXPECT_EXIT(
      {
        TestRun run;
        run.context.stall_limit = std::chrono::milliseconds(300);
        const auto outcome = run_yaml(with_trouble("hang"), run);
        std::fprintf(stderr, "%s", outcome.report.failure->what());
        _exit(outcome.report.hung ? static_cast<int>(outcome.report.failure->code()) : 99);
      },
      ::testing::ExitedWithCode(3),
      "node 't': plugin 'testkit' has been in push\\(\\) for 0 s without a sign of life");
}

TEST(Runner, ProgressKeepsTheWatchdogQuiet) {
  TestRun run;
  run.context.stall_limit = std::chrono::milliseconds(400);
  const auto outcome = run_yaml(with_trouble("hang_with_progress"), run);
  EXPECT_FALSE(outcome.report.failure) << outcome.report.failure->what();
}

TEST(Runner, CountsWhatEachNodeDid) {
  TestRun run;
  const auto outcome = run_yaml(
      "nodes:\n  s: {type: source, params: {frames: 20}}\n  d: {type: testkit.depth, in: s, "
      "params: {sleep_ms: 5}}\n"
      "  k: {type: sink, in: d}\n",
      run);
  const auto& depth = outcome.report.nodes[2];
  EXPECT_EQ(depth.name, "d");
  EXPECT_EQ(depth.frames_in, 20);
  EXPECT_EQ(depth.frames_out, 20);
  EXPECT_GT(depth.busy_s, 0.1);
  EXPECT_GT(outcome.report.nodes[3].waiting_in_s, 0.05);
}

TEST(Graph, AConverterIsPutWhereFormatsDoNotFitAndSharedByThoseWhoWantTheSame) {
  TestRun run;
  const auto graph = host::build_graph(
      resolve_yaml("nodes:\n  s: {type: source}\n  a: {type: testkit.depth, in: s}\n"
                   "  b: {type: testkit.depth, in: s}\n  ka: {type: sink, in: a}\n  kb: {type: "
                   "sink, in: b}\n"),
      testkit_registry(), run.context);
  int converters = 0;
  for (const auto& node : graph.nodes) converters += node.is_converter ? 1 : 0;
  EXPECT_EQ(converters, 1);
  EXPECT_EQ(graph.nodes[1].name, "s>srgb");
}

TEST(Graph, MemoryDoesNotDependOnTheLengthOfTheFilm) {
  TestRun run;
  const auto bytes = [&](const std::string& frames) {
    return host::build_graph(
               resolve_yaml("nodes: {s: {type: source, params: {frames: " + frames +
                            "}}, w: {type: testkit.window, in: s}, k: {type: sink, in: w}}"),
               testkit_registry(), run.context)
        .host_bytes();
  };
  EXPECT_EQ(bytes("10"), bytes("1000000"));
  // 16 x 8 grey: two edges of two frames, 31 held and one in work, one result of each node, the
  // sink's one in work.
  EXPECT_EQ(bytes("10") - host::kProcessBytes, 128U * (2 + 2 + 32 + 1 + 1 + 1));
}

TEST(Graph, ARunThatNeedsMoreThanTheLimitDoesNotStart) {
  TestRun run;
  run.context.memory_limit = 100000;
  try {
    static_cast<void>(host::build_graph(resolve_yaml("nodes: {s: {type: source, params: {width: "
                                                     "640, height: 360}}, k: {type: sink, in: s}}"),
                                        testkit_registry(), run.context));
    FAIL();
  } catch (const host::Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::kUsage);
    EXPECT_THAT(failure.what(), HasSubstr("more than limits.memory"));
  }
}

}  // namespace
}  // namespace relievo::test
