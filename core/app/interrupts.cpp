#include "core/app/interrupts.hpp"

#include <csignal>

#include <unistd.h>

#include "core/host/failure.hpp"

namespace relievo::app {
namespace {

volatile std::sig_atomic_t g_has_work = 0;
volatile std::sig_atomic_t g_interrupts = 0;

void on_interrupt(int /*signal*/) {
  if (g_has_work == 0 || g_interrupts != 0) _exit(static_cast<int>(host::ExitCode::kCancelled));
  g_interrupts = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = &on_interrupt;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

void let_work_finish() {
  g_has_work = 1;
}

bool is_interrupted() {
  return g_interrupts != 0;
}

}  // namespace relievo::app
