#include "core/host/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/runtime_symbol_info.hpp>

#include "core/host/failure.hpp"

extern char** environ;

namespace relievo::host {
namespace {

constexpr std::size_t kMaxOutput = std::size_t{16} << 20U;

// Both ends of a pipe, closed at the end of life and never inherited by accident.
class Pipe {
 public:
  Pipe() {
    if (pipe(ends_.data()) != 0)
      throw Failure(ExitCode::kRunFailed,
                    std::string("cannot make a pipe: ") + std::strerror(errno));
    for (const int end : ends_) fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_)
      if (end >= 0) close(end);
  }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }
  void close_write_end() {
    close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// False once the writer has closed its end.
bool read_some(int end, std::string& text) {
  std::array<char, 8192> buffer{};
  const auto got = read(end, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (text.size() < kMaxOutput) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

// In a group of its own a program has the usual answers to signals, too: this one ignores some.
struct OwnGroup {
  posix_spawnattr_t attributes{};
  OwnGroup() {
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&usual, signal);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  }
  OwnGroup(const OwnGroup&) = delete;
  OwnGroup& operator=(const OwnGroup&) = delete;
  ~OwnGroup() { posix_spawnattr_destroy(&attributes); }
};

pid_t spawn(const std::string& file, const std::vector<std::string>& arguments, const Pipe& out,
            const Pipe& err, const OwnGroup* group = nullptr) {
  std::vector<char*> argv{const_cast<char*>(file.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end(), STDERR_FILENO);
  pid_t child = 0;
  const int fault =
      posix_spawn(&child, file.c_str(), &actions, group == nullptr ? nullptr : &group->attributes,
                  argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0)
    throw Failure(ExitCode::kRunFailed, "cannot start '" + file + "': " + std::strerror(fault));
  return child;
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// One stream of a program that is followed.
struct Stream {
  int end;
  std::string& text;
  bool is_open = true;

  // Takes what is there; waits for nothing after poll() has seen something.
  void take(const std::function<void(std::string_view)>& on_text) {
    const auto before = text.size();
    is_open = read_some(end, text);
    if (text.size() > before) on_text(std::string_view(text).substr(before));
  }
};

// Reads what either stream has within the time; false if there was nothing.
bool take_some(Stream& out, Stream& err, std::chrono::milliseconds wait,
               const std::function<void(std::string_view)>& on_text) {
  std::array<pollfd, 2> ends{pollfd{out.is_open ? out.end : -1, POLLIN, 0},
                             pollfd{err.is_open ? err.end : -1, POLLIN, 0}};
  if (poll(ends.data(), ends.size(), static_cast<int>(wait.count())) <= 0) return false;
  if (ends[0].revents != 0) out.take(on_text);
  if (ends[1].revents != 0) err.take(on_text);
  return true;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

void await_end(pid_t child, ChildResult& result) {
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
  result.exit_code = exit_code_of(status);
#if defined(__APPLE__)
  constexpr std::uint64_t kUnit = 1;
#else
  constexpr std::uint64_t kUnit = 1024;
#endif
  result.peak_memory = static_cast<std::uint64_t>(usage.ru_maxrss) * kUnit;
  result.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Calls the watch's functions when they are due.
class Lookout {
 public:
  Lookout(const ChildLookout& watch, pid_t child) : watch_(watch), child_(child) {}

  // How long poll() may sleep.
  [[nodiscard]] std::chrono::milliseconds pause(std::chrono::milliseconds left) const {
    return watch_.look || watch_.stop_requested ? std::min(left, watch_.every) : left;
  }

  void turn() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + watch_.every;
    if (watch_.look) watch_.look(child_);
    if (stopped_ || !watch_.stop_requested || !watch_.stop_requested()) return;
    stopped_ = true;
    kill(child_, SIGINT);
  }

 private:
  const ChildLookout& watch_;
  const pid_t child_;
  std::chrono::steady_clock::time_point next_{};
  bool stopped_ = false;
};

}  // namespace

ChildResult run_child(const std::filesystem::path& file, const std::vector<std::string>& arguments,
                      std::chrono::milliseconds limit, const ChildLookout& watch) {
  ChildResult result;
  Pipe out;
  Pipe err;
  result.started = std::chrono::steady_clock::now();
  const pid_t child = spawn(file.string(), arguments, out, err);
  out.close_write_end();
  err.close_write_end();
  Lookout lookout(watch, child);
  const auto deadline = result.started + limit;
  bool out_open = true;
  bool err_open = true;
  while (out_open || err_open) {
    lookout.turn();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      result.timed_out = true;
      kill(child, SIGKILL);
      break;
    }
    std::array<pollfd, 2> wait{pollfd{out_open ? out.read_end() : -1, POLLIN, 0},
                               pollfd{err_open ? err.read_end() : -1, POLLIN, 0}};
    if (poll(wait.data(), wait.size(), static_cast<int>(lookout.pause(left).count())) < 0 &&
        errno != EINTR)
      break;
    if (wait[0].revents != 0) out_open = read_some(out.read_end(), result.out);
    if (wait[1].revents != 0) err_open = read_some(err.read_end(), result.err);
  }
  await_end(child, result);
  return result;
}

ChildResult follow_child(const std::filesystem::path& file,
                         const std::vector<std::string>& arguments, const ChildWatch& watch) {
  constexpr std::chrono::milliseconds kTurn{50};
  using Clock = std::chrono::steady_clock;
  ChildResult result;
  Pipe out_pipe;
  Pipe err_pipe;
  const OwnGroup group;
  const pid_t child = spawn(file.string(), arguments, out_pipe, err_pipe, &group);
  out_pipe.close_write_end();
  err_pipe.close_write_end();
  Stream out{out_pipe.read_end(), result.out};
  Stream err{err_pipe.read_end(), result.err};
  Clock::time_point last_chance;
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) break;
    if (!result.was_ended && watch.must_end()) {
      result.was_ended = true;
      last_chance = Clock::now() + watch.grace;
      kill(-child, SIGTERM);
    } else if (result.was_ended && Clock::now() >= last_chance) {
      kill(-child, SIGKILL);
    }
    static_cast<void>(take_some(out, err, kTurn, watch.on_text));
  }
  while ((out.is_open || err.is_open) &&
         take_some(out, err, std::chrono::milliseconds(0), watch.on_text)) {
  }
  // What it has started and left behind.
  if (result.was_ended) kill(-child, SIGKILL);
  result.exit_code = exit_code_of(status);
  return result;
}

std::filesystem::path own_executable() {
  return boost::dll::program_location();
}

}  // namespace relievo::host
