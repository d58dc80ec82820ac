#include <relievo/sdk/thread_team.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace relievo::test {
namespace {

TEST(ThreadTeam, DoesEveryTaskOnceHoweverManyThreads) {
  for (const unsigned threads : {1U, 2U, 5U}) {
    ThreadTeam team(threads);
    EXPECT_EQ(team.size(), static_cast<int>(threads));
    for (int round = 0; round < 200; ++round) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(round % 7));
      std::atomic<bool> member_is_valid{true};
      team.run(round % 7, [&](int task, int member) {
        done[static_cast<std::size_t>(task)].fetch_add(1);
        if (member < 0 || member >= team.size()) member_is_valid = false;
      });
      for (const auto& count : done) EXPECT_EQ(count.load(), 1);
      EXPECT_TRUE(member_is_valid.load());
    }
  }
}

TEST(ThreadTeam, WorksOnTwoTasksAtTheSameTimeRightAwayAndAfterAPause) {
  ThreadTeam team(2);
  for (const auto pause : {std::chrono::milliseconds(0), std::chrono::milliseconds(20)}) {
    for (int round = 0; round < 5; ++round) {
      std::this_thread::sleep_for(pause);
      std::atomic<int> here{0};
      std::atomic<bool> alone{false};
      team.run(2, [&](int, int) {
        ++here;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (here < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        if (here < 2) alone = true;
      });
      EXPECT_FALSE(alone);
    }
  }
}

TEST(ThreadTeam, ReturnsWhenTheLastTaskIsDoneWhoeverHasIt) {
  ThreadTeam team(4);
  for (int round = 0; round < 60; ++round) {
    // The slow task is longer than anybody waits awake.
    std::vector<int> done(static_cast<std::size_t>(2 + round % 4), 0);
    const int slow = round % static_cast<int>(done.size());
    team.run(static_cast<int>(done.size()), [&](int task, int) {
      if (task == slow) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      done[static_cast<std::size_t>(task)] = 1;
    });
    EXPECT_EQ(std::count(done.begin(), done.end(), 1), static_cast<std::ptrdiff_t>(done.size()));
  }
}

TEST(ThreadTeam, WaitsForWhatIsStillAtWorkWhenATaskFails) {
  ThreadTeam team(2);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    EXPECT_THROW(team.run(2,
                          [&](int task, int) {
                            ++begun;
                            // Both are at it, so that nobody leaves the other out.
                            while (begun < 2) std::this_thread::yield();
                            if (task == 0) throw std::runtime_error("task 0 failed");
                            std::this_thread::sleep_for(std::chrono::milliseconds(1));
                            ++ended;
                          }),
                 std::runtime_error);
    EXPECT_EQ(ended.load(), 1);
  }
}

TEST(ThreadTeam, NeverGivesAMemberTwoTasksAtATime) {
  ThreadTeam team(4);
  std::vector<std::atomic<int>> busy(4);
  std::atomic<bool> shared{false};
  for (int round = 0; round < 300; ++round) {
    // Of one task, too: members that come late for the round before may take it.
    team.run(1 + round % 6, [&](int, int member) {
      auto& mine = busy[static_cast<std::size_t>(member)];
      if (mine.fetch_add(1) != 0) shared = true;
      std::this_thread::yield();
      mine.fetch_sub(1);
    });
  }
  EXPECT_FALSE(shared);
}

TEST(ThreadTeam, EndsWhateverItsMembersDo) {
  for (int i = 0; i < 200; ++i) {
    ThreadTeam team(3);
    if (i % 4 == 0) continue;
    team.run(i % 4, [](int, int) {});
    if (i % 50 == 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(ThreadTeam, HandsOnTheFirstFailureAndCanBeUsedAgain) {
  ThreadTeam team(3);
  for (int i = 0; i < 20; ++i) {
    try {
      team.run(50, [](int task, int) {
        if (task == 7) throw std::runtime_error("task 7 failed");
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "task 7 failed");
    }
    std::atomic<int> sum{0};
    team.run(10, [&](int task, int) { sum += task; });
    EXPECT_EQ(sum.load(), 45);
  }
}

}  // namespace
}  // namespace relievo::test
