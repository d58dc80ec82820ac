// Programs that are run for their answer: what they say, how they end, and that they do end.
#include "core/host/child_process.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/failure.hpp"

namespace relievo::host {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

ChildResult shell(const std::string& script, std::chrono::milliseconds limit = 20s) {
  return run_child("/bin/sh", {"-c", script}, limit);
}

TEST(ChildProcess, GivesBothStreamsAndTheExitCode) {
  const auto result = shell("echo said; echo complained >&2; exit 7");
  EXPECT_EQ(result.out, "said\n");
  EXPECT_EQ(result.err, "complained\n");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_FALSE(result.timed_out);
}

TEST(ChildProcess, ASignalIsAddedTo128) {
  EXPECT_EQ(shell("kill -SEGV $$").exit_code, 128 + SIGSEGV);
}

TEST(ChildProcess, ArgumentsAreNotReadByAShell) {
  EXPECT_EQ(run_child("/bin/echo", {"$HOME", "a b", "'"}, 20s).out, "$HOME a b '\n");
}

TEST(ChildProcess, ThatHangsIsKilledAndKeepsWhatItSaid) {
  const auto begin = std::chrono::steady_clock::now();
  const auto result = shell("echo before; exec sleep 60", 300ms);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.out, "before\n");
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

// More than a pipe holds, on both streams: neither may block the other.
TEST(ChildProcess, MuchOutputOnBothStreamsArrives) {
  const auto result = shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2");
  EXPECT_EQ(result.out.size(), 3000000U);
  EXPECT_EQ(result.err.size(), 3000000U);
}

TEST(ChildProcess, OutputBeyond16MebibytesIsDroppedNotWaitedFor) {
  const auto result = shell("head -c 40000000 /dev/zero");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_GE(result.out.size(), 16U << 20U);
  EXPECT_LT(result.out.size(), (16U << 20U) + 10000U);
}

// For whoever compares what programs cost. tail keeps all of what it is asked for.
TEST(ChildProcess, TellsItsMemoryAndItsProcessorTime) {
  const auto little = shell("exit 0");
  const auto much = shell(
      "head -c 64000000 /dev/zero | tail -c 64000000 | wc -c; "
      "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done");
  EXPECT_THAT(much.out, HasSubstr("64000000"));
  EXPECT_GT(much.peak_memory, 60'000'000U);
  EXPECT_LT(much.peak_memory, std::uint64_t{4} << 30U);
  EXPECT_GT(much.cpu_s, 0.05);
  EXPECT_LT(little.cpu_s, much.cpu_s);
}

TEST(ChildProcess, IsLookedAtWhileItRuns) {
  int looks = 0;
  pid_t seen = 0;
  ChildLookout watch;
  watch.every = 10ms;
  watch.look = [&](pid_t child) {
    ++looks;
    seen = child;
  };
  const auto result = run_child("/bin/sh", {"-c", "echo $$; sleep 0.5"}, 20s, watch);
  EXPECT_GT(looks, 5);
  EXPECT_EQ(result.out, std::to_string(seen) + "\n");
}

TEST(ChildProcess, GetsOneInterruptWhenItShallStop) {
  ChildLookout watch;
  watch.every = 10ms;
  watch.stop_requested = [] {
    return true;
  };
  const auto result =
      run_child("/bin/sh", {"-c", "trap 'echo stopped; exit 5' INT; while :; do sleep 0.05; done"},
                20s, watch);
  EXPECT_FALSE(result.timed_out);
  // The shell may not have come to its trap yet.
  EXPECT_TRUE(result.exit_code == 5 || result.exit_code == 128 + SIGINT) << result.exit_code;
}

TEST(ChildProcess, HasNothingToReadFromTheTerminal) {
  EXPECT_EQ(shell("cat | wc -c").out.find_first_of("123456789"), std::string::npos);
}

TEST(ChildProcess, ThatIsNotThereIsNamed) {
  try {
    (void)run_child("/nowhere/program", {}, 1s);
    FAIL() << "nothing was thrown";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::kRunFailed);
    EXPECT_THAT(failure.what(), HasSubstr("cannot start '/nowhere/program': No such file"));
  }
}

ChildResult follow(const std::string& script, const ChildWatch& watch) {
  return follow_child("/bin/sh", {"-c", script}, watch);
}

TEST(ChildProcess, ThatIsFollowedIsHeardWhileItRuns) {
  std::string heard;
  bool was_early = false;
  ChildWatch watch;
  watch.on_text = [&](std::string_view text) {
    heard += text;
  };
  watch.must_end = [&] {
    was_early = was_early || heard == "one\n";
    return false;
  };
  const auto result = follow("echo one; sleep 0.5; echo two >&2; exit 3", watch);
  EXPECT_TRUE(was_early);
  EXPECT_EQ(heard, "one\ntwo\n");
  EXPECT_EQ(result.out, "one\n");
  EXPECT_EQ(result.err, "two\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.was_ended);
}

TEST(ChildProcess, ThatIsFollowedEndsWithAllItHasStarted) {
  ChildWatch watch;
  std::string heard;
  watch.grace = 300ms;
  watch.on_text = [&](std::string_view text) {
    heard += text;
  };
  watch.must_end = [&] {
    return heard.find('\n') != std::string::npos;
  };
  // Deaf to the polite signal, and with a child of its own that holds its streams.
  const auto begin = std::chrono::steady_clock::now();
  const auto result = follow("trap '' TERM; sleep 60 & echo $!; wait", watch);
  EXPECT_TRUE(result.was_ended);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
  const auto grandchild = static_cast<pid_t>(std::stoi(heard));
  // It may wait a moment for whoever adopts it.
  bool is_gone = false;
  for (int i = 0; i < 200 && !is_gone; ++i) {
    is_gone = kill(grandchild, 0) != 0 ||
              run_child("/bin/sh", {"-c", "ps -o stat= -p " + heard}, 5s).out.starts_with("Z");
    if (!is_gone) std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(is_gone);
}

TEST(ChildProcess, ThatIsFollowedNeedNotBeTheLastToHoldItsStreams) {
  const auto begin = std::chrono::steady_clock::now();
  const auto result = follow("sleep 5 & echo done", {});
  EXPECT_EQ(result.out, "done\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

}  // namespace
}  // namespace relievo::host
