#include <relievo/sdk/thread_team.hpp>

#include <atomic>
#include <stdexcept>
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
