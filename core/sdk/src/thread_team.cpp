#include <relievo/sdk/thread_team.hpp>

namespace relievo {

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
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    tasks_ = tasks;
    next_task_ = 0;
    first_error_ = nullptr;
    if (tasks > 1) {
      busy_ = static_cast<int>(members_.size());
      ++round_;
    }
  }
  if (tasks > 1) start_.notify_all();
  take_tasks(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  if (first_error_) std::rethrow_exception(first_error_);
}

void ThreadTeam::member_loop(int member) {
  std::uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return quit_ || round_ != seen; });
      if (quit_) return;
      seen = round_;
    }
    take_tasks(member);
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) done_.notify_one();
  }
}

// Tasks are milliseconds apart, so a mutex hands them out as well as an atomic would.
void ThreadTeam::take_tasks(int member) {
  for (;;) {
    int task = 0;
    const std::function<void(int, int)>* work = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (next_task_ >= tasks_ || first_error_) return;
      task = next_task_++;
      work = work_;
    }
    try {
      (*work)(task, member);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!first_error_) first_error_ = std::current_exception();
    }
  }
}

}  // namespace relievo
