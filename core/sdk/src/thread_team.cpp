#include <relievo/sdk/thread_team.hpp>

#include <algorithm>
#include <chrono>

namespace relievo {
namespace {

// Looks again and again for a moment before it answers false: rounds often follow each other so
// closely that to sleep and be woken takes longer than the round itself.
template <class Condition>
bool soon(const Condition& condition) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds kPatience(30);
  if (condition()) return true;
  for (const auto end = Clock::now() + kPatience; Clock::now() < end; std::this_thread::yield())
    if (condition()) return true;
  return false;
}

}  // namespace

ThreadTeam::ThreadTeam(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i)
    members_.emplace_back([this, i] { member_loop(static_cast<int>(i)); });
}

ThreadTeam::~ThreadTeam() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  start_.notify_all();
  for (auto& member : members_) member.join();
}

void ThreadTeam::run(int tasks, const std::function<void(int, int)>& work) {
  if (tasks <= 0) return;
  int missing = 0;  // members to wake
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    tasks_ = tasks;
    next_task_ = 0;
    unfinished_ = tasks;
    first_error_ = nullptr;
    if (tasks > 1) ++round_;
    const int awake = static_cast<int>(members_.size()) - asleep_;
    missing = std::min(asleep_, tasks - 1 - awake);
  }
  for (int i = 0; i < missing; ++i) start_.notify_one();
  take_tasks(0);
  // For the tasks, not for the members: who has not even woken is not needed any more.
  const auto finished = [this] {
    return unfinished_ == 0;
  };
  if (!members_.empty() && !soon(finished)) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, finished);
  }
  const std::lock_guard lock(mutex_);
  if (first_error_) std::rethrow_exception(first_error_);
}

void ThreadTeam::member_loop(int member) {
  std::uint64_t seen = 0;
  for (;;) {
    const auto called = [&] {
      return quit_ || round_ != seen;
    };
    if (!soon(called)) {
      std::unique_lock lock(mutex_);
      ++asleep_;
      start_.wait(lock, called);
      --asleep_;
    }
    if (quit_) return;
    seen = round_;
    take_tasks(member);
  }
}

// Tasks are at least some microseconds long, so a mutex hands them out as well as an atomic would.
void ThreadTeam::take_tasks(int member) {
  for (;;) {
    int task = 0;
    const std::function<void(int, int)>* work = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (next_task_ >= tasks_) return;
      task = next_task_++;
      work = work_;
    }
    std::exception_ptr error;
    try {
      (*work)(task, member);
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (error && !first_error_) {
      first_error_ = error;
      unfinished_ -= tasks_ - next_task_;  // nobody takes the rest
      next_task_ = tasks_;
    }
    if (--unfinished_ == 0) done_.notify_one();
  }
}

}  // namespace relievo
