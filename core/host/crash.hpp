// A plugin that crashes takes the process with it, but not in silence: the handler names plugin,
// node and call, and the exit code is 3.
#pragma once

#include <csignal>
#include <cstddef>
#include <memory>

namespace relievo::host {

// Installs handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT. program must live for ever.
// Once per process.
void install_crash_handler(const char* program);

// A signal stack for the calling thread, so that a stack overflow can still be told. Keep it for
// the thread's life.
class SignalStack {
 public:
  SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  ~SignalStack();

 private:
  std::unique_ptr<std::byte[]> memory_;
  stack_t before_{};
};

}  // namespace relievo::host
