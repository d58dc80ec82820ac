#include "tests/support/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace relievo::test {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> whole_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (added.count(text.substr(0, text.find('='))) == 0) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

// A terminal that shows lines as they are written; ends as those of pipe().
bool open_terminal(int (&ends)[2]) {
  ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
  if (ends[0] < 0 || grantpt(ends[0]) != 0 || unlockpt(ends[0]) != 0) return false;
  ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
  return ends[1] >= 0;
}

// False once the stream is closed.
bool read_some(int end, std::string& text) {
  std::array<char, 8192> part{};
  const auto count = read(end, part.data(), part.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  text.append(part.data(), static_cast<std::size_t>(count));
  return count > 0;
}

void close_once(int& end) {
  if (end >= 0) close(end);
  end = -1;
}

}  // namespace

std::string ProgramEnd::text() const {
  std::ostringstream words;
  words << "exit code " << exit_code << ", signal " << signal
        << (timed_out ? ", killed: too long" : "") << "\nstdout: " << out << "\nstderr: " << err;
  return words.str();
}

Program::Program(const std::vector<std::string>& words, ProgramSetup setup)
    : setup_(std::move(setup)), begin_(Clock::now()) {
  int out[2];
  int err[2];
  if (pipe(out) != 0 || !(setup_.terminal ? open_terminal(err) : pipe(err) == 0))
    throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
  for (const int end : {out[0], out[1], err[0], err[1]}) fcntl(end, F_SETFD, FD_CLOEXEC);
  start_child(words, out, err);
  out_ = out[0];
  err_ = err[0];
  close(out[1]);
  close(err[1]);
  if (child_ < 0) throw std::runtime_error(std::string("no process: ") + std::strerror(errno));
}

// Between fork and exec only calls that are safe there: all memory is got before.
void Program::start_child(const std::vector<std::string>& words, const int (&out)[2],
                          const int (&err)[2]) {
  auto arguments = words;
  auto environment = whole_environment(setup_.environment);
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  const std::string folder = setup_.folder.string();
  child_ = fork();
  if (child_ != 0) return;
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out[1], STDOUT_FILENO);
  dup2(err[1], STDERR_FILENO);
  if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(126);
  if (setup_.largest_file) {
    const rlimit limit{*setup_.largest_file, *setup_.largest_file};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (setup_.user && setuid(*setup_.user) != 0) _exit(126);
  environ = const_cast<char**>(environment_pointers.data());
  execvp(argument_pointers[0], argument_pointers.data());
  _exit(127);
}

Program::~Program() {
  if (!reaped_) {
    kill(child_, SIGKILL);
    reap(true);
  }
  close_once(out_);
  close_once(err_);
}

void Program::send(int signal) const {
  if (!reaped_) kill(child_, signal);
}

bool Program::read_until(Clock::time_point moment) {
  while (out_ >= 0 || err_ >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - Clock::now()).count();
    if (left <= 0) return true;
    // A negative descriptor is passed over.
    std::array<pollfd, 2> ends{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
    const int ready =
        poll(ends.data(), ends.size(), static_cast<int>(std::min<long long>(left, 1000)));
    if (ready <= 0) continue;
    if (ends[0].revents != 0 && !read_some(out_, end_.out)) close_once(out_);
    if (ends[1].revents != 0 && !read_some(err_, end_.err)) close_once(err_);
    return true;
  }
  return false;
}

bool Program::reap(bool block) {
  if (reaped_) return true;
  int status = 0;
  rusage use{};
  pid_t got = 0;
  do got = wait4(child_, &status, block ? 0 : WNOHANG, &use);
  while (got < 0 && errno == EINTR);
  if (got != child_) return false;
  reaped_ = true;
  end_.wall_s = std::chrono::duration<double>(Clock::now() - begin_).count();
  end_.cpu_s = seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
#if defined(__APPLE__)
  end_.peak_memory = static_cast<std::uint64_t>(use.ru_maxrss);
#else
  end_.peak_memory = static_cast<std::uint64_t>(use.ru_maxrss) * 1024;
#endif
  if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  return true;
}

bool Program::wait_for(const std::string& text, std::chrono::milliseconds limit) {
  const auto moment = Clock::now() + limit;
  const auto found = [&] {
    return end_.out.find(text) != std::string::npos || end_.err.find(text) != std::string::npos;
  };
  while (!found())
    if (Clock::now() >= moment || !read_until(moment)) return found();
  return true;
}

ProgramEnd Program::wait() {
  const auto moment = begin_ + setup_.limit;
  while (Clock::now() < moment && read_until(moment)) {
  }
  // Its streams may be closed, or held by a child of its own, before or after it ends.
  while (!reap(false)) {
    if (Clock::now() >= moment) {
      end_.timed_out = true;
      kill(child_, SIGKILL);
      reap(true);
      break;
    }
    usleep(1000);
  }
  return end_;
}

ProgramEnd run_to_end(const std::vector<std::string>& words, ProgramSetup setup) {
  return Program(words, std::move(setup)).wait();
}

}  // namespace relievo::test
