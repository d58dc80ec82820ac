// A handful of threads that share the rows of a picture.
//
// Of its own rather than OpenCV's: cv::parallel_for_ has one pool per process, sized for the whole
// machine, and with its pthreads back end a second node that calls it at the same time runs on one
// thread. The host, which knows what else runs, says how many threads this node may keep busy.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace relievo {

// Used by one thread at a time, which works along.
class ThreadTeam {
 public:
  // threads counts the caller; at least 1.
  explicit ThreadTeam(unsigned threads);
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;
  ~ThreadTeam();

  [[nodiscard]] int size() const { return static_cast<int>(members_.size()) + 1; }

  // Calls work(task, member) once for each task 0 .. tasks - 1, in any order, members 0 .. size() -
  // 1 at the same time, each on one task. Returns when all are done; throws what the first failing
  // call threw.
  void run(int tasks, const std::function<void(int task, int member)>& work);

 private:
  void member_loop(int member);
  void take_tasks(int member);

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  const std::function<void(int, int)>* work_ = nullptr;
  int next_task_ = 0;
  int tasks_ = 0;
  int asleep_ = 0;  // members that only a notification wakes
  // Changed with the mutex held, looked at without.
  std::atomic<int> unfinished_ = 0;       // tasks of this round
  std::atomic<std::uint64_t> round_ = 0;  // counts what is shared
  std::atomic<bool> quit_ = false;
  std::exception_ptr first_error_;
  std::vector<std::thread> members_;
};

}  // namespace relievo
