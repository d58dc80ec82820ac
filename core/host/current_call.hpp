// Which plugin call each thread is in: what the crash handler and the watchdog name.
#pragma once

#include <atomic>
#include <chrono>

namespace relievo::host {

// The strings must outlive the call. Read by a signal handler on the same thread, so it is plain
// data.
struct CurrentCall {
  const char* plugin = nullptr;
  const char* node = nullptr;
  const char* function = nullptr;
};

// The call of this thread; function is nullptr outside any.
CurrentCall& current_call() noexcept;

// Marks the calling thread as inside a plugin call for its lifetime.
class CallMark {
 public:
  CallMark(const char* plugin, const char* node, const char* function) noexcept
      : before_(current_call()) {
    current_call() = {plugin, node, function};
  }
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;
  ~CallMark() { current_call() = before_; }

 private:
  CurrentCall before_;
};

}  // namespace relievo::host
