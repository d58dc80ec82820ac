// Which plugin call each thread is in: what the crash handler and the watchdog name.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace relievo::host {

// The strings must outlive the call. Read by signal handlers, so it is plain data.
struct CurrentCall {
  const char* plugin = nullptr;
  const char* node = nullptr;  // "" where there is no node yet, as when loading
  const char* function = nullptr;
};

// Marks the calling thread as inside a plugin call for its lifetime. Calls nest.
class CallMark {
 public:
  CallMark(const char* plugin, const char* node, const char* function) noexcept;
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;
  ~CallMark();

 private:
  CurrentCall call_;
  const CurrentCall* outer_;
  std::size_t slot_;
};

// The innermost call of this thread; nullptr outside any. Async-signal-safe.
const CurrentCall* call_of_this_thread() noexcept;

// Calls under way on all threads, unused slots nullptr. Async-signal-safe; the pointees may end at
// any time, so only a handler that is about to end the process reads them.
inline constexpr std::size_t kCallSlots = 64;
const std::array<std::atomic<const CurrentCall*>, kCallSlots>& calls_under_way() noexcept;

}  // namespace relievo::host
