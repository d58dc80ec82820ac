#include "core/host/crash.hpp"

#include <csignal>
#include <cstring>
#include <initializer_list>

#include <unistd.h>

#include "core/host/current_call.hpp"
#include "core/host/failure.hpp"

namespace relievo::host {
namespace {

// Well above what the handler needs; SIGSTKSZ is no constant on newer systems.
constexpr std::size_t kStackBytes = std::size_t{64} << 10U;
constexpr std::size_t kLineBytes = 1024;

const char* g_program = "host";

// Builds one line without anything that a signal handler may not call.
class Line {
 public:
  Line& operator<<(const char* text) {
    while (text != nullptr && *text != '\0' && length_ + 1 < kLineBytes) text_[length_++] = *text++;
    return *this;
  }
  void print() {
    text_[length_++] = '\n';
    static_cast<void>(!write(STDERR_FILENO, text_, length_));
  }

 private:
  char text_[kLineBytes];
  std::size_t length_ = 0;
};

const char* signal_name(int signal) {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV, bad memory access";
    case SIGBUS: return "SIGBUS, bad memory access";
    case SIGFPE: return "SIGFPE, bad arithmetic";
    case SIGILL: return "SIGILL, bad instruction";
    case SIGABRT: return "SIGABRT, it gave up";
    default: return "unknown signal";
  }
}

void describe(Line& line, const CurrentCall& call) {
  line << "plugin '" << call.plugin << "' crashed";
  if (std::strcmp(call.function, "load") == 0) {
    line << " while it was loaded; is the file complete?";
    return;
  }
  line << " in " << call.function << "()";
  if (call.node != nullptr && call.node[0] != '\0') line << " of node '" << call.node << "'";
}

void on_crash(int signal) {
  Line line;
  line << g_program << ": error: ";
  if (const auto* call = call_of_this_thread()) {
    describe(line, *call);
    line << " (" << signal_name(signal) << "); tell its author";
    line.print();
    _exit(static_cast<int>(ExitCode::kPlugin));
  }
  // Not in a call of this thread: a thread of a plugin's own, or a fault of the host itself.
  const CurrentCall* only = nullptr;
  for (const auto& slot : calls_under_way())
    if (const auto* call = slot.load()) {
      line << (only == nullptr ? "" : ", or ");
      describe(line, *call);
      only = call;
    }
  if (only != nullptr) {
    line << " (" << signal_name(signal) << " on a thread of its own)";
    line.print();
    _exit(static_cast<int>(ExitCode::kPlugin));
  }
  line << "internal fault (" << signal_name(signal) << "); please report it";
  line.print();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

void install_crash_handler(const char* program) {
  g_program = program;
  static SignalStack main_stack;
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigaction(signal, &action, nullptr);
}

SignalStack::SignalStack() : memory_(std::make_unique<std::byte[]>(kStackBytes)) {
  stack_t stack{};
  stack.ss_sp = memory_.get();
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, &before_);
}

// What was there before comes back: sanitizers keep stacks of their own here.
SignalStack::~SignalStack() {
  sigaltstack(&before_, nullptr);
}

}  // namespace relievo::host
