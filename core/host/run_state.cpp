#include "core/host/run_state.hpp"

namespace relievo::host {

void RunState::stop() {
  stopped_.store(true);
  for (auto& channel : channels_) channel->abort();
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void RunState::fail(const Failure& failure) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_ && !stopped_.load())
      failure_ = failure;
    else if (failure.code() != ExitCode::kCancelled)
      later_failures_.emplace_back(failure.what());
  }
  stop();
}

void RunState::cancel() {
  stop();
}

std::optional<Failure> RunState::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::vector<std::string> RunState::later_failures() const {
  const std::lock_guard lock(mutex_);
  return later_failures_;
}

void RunState::arrive() {
  const std::lock_guard lock(mutex_);
  ++arrived_;
  changed_.notify_all();
}

bool RunState::wait_for_verdict() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_.load() || arrived_ == workers_; });
  return !stopped_.load();
}

void RunState::leave() {
  const std::lock_guard lock(mutex_);
  ++left_;
  changed_.notify_all();
}

bool RunState::wait_until_left(std::chrono::milliseconds limit, std::size_t missing) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return left_ + missing >= workers_; });
}

}  // namespace relievo::host
