#include "core/media/parallel.hpp"

#include <algorithm>
#include <exception>

namespace relievo::media {

Workers::Workers(std::uint32_t threads)
    : count_(static_cast<std::int32_t>(std::clamp<std::uint32_t>(threads, 1, 64))) {
  for (std::int32_t i = 1; i < count_; ++i) threads_.emplace_back([this, i] { serve(i); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Workers::run(std::int32_t rows, std::int32_t step,
                  const std::function<void(std::int32_t, std::int32_t)>& job) {
  {
    const std::lock_guard lock(mutex_);
    rows_ = rows;
    step_ = std::max(1, step);
    job_ = &job;
    error_ = nullptr;
    busy_ = count_ - 1;
    ++round_;
  }
  start_.notify_all();
  do_band(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  job_ = nullptr;
  if (error_) std::rethrow_exception(error_);
}

void Workers::do_band(std::int32_t number) {
  const std::int64_t steps = (std::int64_t{rows_} + step_ - 1) / step_;
  const auto edge = [&](std::int32_t n) {
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(rows_, steps * n / count_ * std::int64_t{step_}));
  };
  const auto begin = edge(number);
  const auto end = edge(number + 1);
  if (begin >= end) return;
  try {
    (*job_)(begin, end);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

void Workers::serve(std::int32_t number) {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    start_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    lock.unlock();
    do_band(number);
    lock.lock();
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace relievo::media
