// The program is killed in the middle of fetching, again and again: no wrong file is ever seen, and
// no byte that came is fetched twice.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/hub/digest.hpp"
#include "tests/support/hub/fake_hub.hpp"
#include "tests/unit/hub/host_program.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kSize = 3 << 20;

class KillRun {
 public:
  KillRun() : program_(hub_.endpoint()) {
    hub_.add("org/net", "net.pth", random_content(kSize, 1));
    hub_.bend_storage([](const ServedRequest&, int, Reply& reply) {
      reply.piece = 128 << 10;
      reply.pause = std::chrono::milliseconds(8);
    });
  }

  // Runs and kills after `after`, if it has not ended before; returns whether it ended by itself,
  // and well.
  bool run_and_kill(std::chrono::microseconds after) {
    const auto command =
        program_.command({"models", "fetch", "org/net", "--file", "net.pth", "--quiet"});
    std::vector<char*> arguments{const_cast<char*>("env")};
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const auto begin = Clock::now();
    const auto child = fork();
    if (child == 0) {
      const int nowhere = open("/dev/null", O_WRONLY);
      dup2(nowhere, STDOUT_FILENO);
      execv("/usr/bin/env", arguments.data());
      _exit(127);
    }
    int status = 0;
    while (Clock::now() - begin < after) {
      if (waitpid(child, &status, WNOHANG) == child) {
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
        return true;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(40));  // the server may have a request to read yet
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // Whatever can be seen is whole; returns the length of the longest orphan, 0 without one.
  std::uintmax_t check_cache() const {
    const auto repo = program_.cache() / "models--org--net";
    const auto right = hub_.etag("org/net", "net.pth");
    std::uintmax_t longest = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(repo / "blobs", error)) {
      if (entry.path().extension() == ".incomplete") {
        longest = std::max(longest, entry.file_size());
        continue;
      }
      EXPECT_EQ(entry.path().filename(), right);
      EXPECT_EQ(hub::digests_of(entry.path(), false).sha256, right);
    }
    for (const auto& entry : fs::recursive_directory_iterator(repo / "snapshots", error))
      if (entry.path().filename() == "net.pth") {
        EXPECT_EQ(hub::digests_of(entry.path(), false).sha256, right);
      }
    return longest;
  }

  void run(int kills) {
    std::mt19937 random(20261122);
    Clock::duration whole =
        std::chrono::milliseconds(600);  // what a fetch takes without a kill; measured below
    int killed = 0;
    int resumed = 0;
    int finished = 0;
    std::uintmax_t orphan = 0;
    // The moments are random: a few rounds more until enough of them hit the middle of a download.
    for (int round = 0; killed < kills || (resumed < kills / 4 && round < 5 * kills); ++round) {
      hub_.forget_requests();
      const auto limit =
          std::chrono::duration_cast<std::chrono::microseconds>(whole).count() * 12 / 10;
      const auto begin = Clock::now();
      const bool ended = run_and_kill(
          std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, limit)(random)));
      const auto gets = hub_.storage_gets();
      if (orphan > 0 && orphan < kSize && !gets.empty()) {
        EXPECT_EQ(gets.back().header("range"), "bytes=" + std::to_string(orphan) + "-");
        ++resumed;
      }
      orphan = check_cache();
      killed += ended ? 0 : 1;
      if (!ended) continue;
      ++finished;
      if (orphan == 0 && gets.size() == 1 && gets.front().header("range").empty())
        whole = Clock::now() - begin;
      fs::remove_all(program_.cache());
      orphan = 0;
    }
    EXPECT_TRUE(run_and_kill(std::chrono::seconds(60)));
    EXPECT_EQ(check_cache(), 0U) << "an orphan stayed";
    EXPECT_GE(resumed, kills / 4) << "of " << kills << " kills, finished " << finished;
    std::printf("%d kills, %d resumed, %d finished in between\n", killed, resumed, finished);
  }

 private:
  FakeHub hub_;
  HostProgram program_;
};

#if defined(RLV_FULL_TESTS)
TEST(HubKillFull, AHundredKillsLeaveNoWrongFileAndLoseNoByte) {
  KillRun().run(100);
}
#else
TEST(HubKill, TenKillsLeaveNoWrongFileAndLoseNoByte) {
  KillRun().run(10);
}
#endif

}  // namespace
}  // namespace relievo::test
