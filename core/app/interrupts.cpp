#include "core/app/interrupts.hpp"

#include <csignal>

#include <unistd.h>

#include "core/host/failure.hpp"

namespace relievo::app {
namespace {

volatile std::sig_atomic_t g_interrupts = 0;

// The first signal asks; the second leaves at once.
void on_interrupt(int /*signal*/) {
  if (g_interrupts != 0) _exit(static_cast<int>(host::ExitCode::kCancelled));
  g_interrupts = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = &on_interrupt;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool is_interrupted() {
  return g_interrupts != 0;
}

}  // namespace relievo::app
