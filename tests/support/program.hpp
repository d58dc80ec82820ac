// Runs a program as a user's shell would: arguments, environment and folder given, standard input
// empty, what it prints kept, a limit of time, signals sent while it runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace relievo::test {

struct ProgramSetup {
  std::map<std::string, std::string> environment;             // besides the test's own
  std::filesystem::path folder;                               // to work in; empty: the test's own
  std::chrono::milliseconds limit = std::chrono::minutes(2);  // then it is killed
  std::optional<std::uint64_t> largest_file;                  // bytes that it may write to one file
  std::optional<uid_t> user;                                  // to run as; needs an administrator
  bool terminal = false;                                      // standard error is a terminal
};

struct ProgramEnd {
  int exit_code = -1;  // -1 if it did not end by itself
  int signal = 0;      // that ended it
  bool timed_out = false;
  std::string out;
  std::string err;
  double wall_s = 0;
  double cpu_s = 0;               // user and system
  std::uint64_t peak_memory = 0;  // bytes resident

  // Everything in a few lines, for messages of tests.
  [[nodiscard]] std::string text() const;
};

// A running program; killed at the end of life if it is still there. One thread only.
class Program {
 public:
  // words: the program (searched for in PATH if it has no slash) and its arguments. Throws
  // std::runtime_error if no process can be made; a program that is not there ends with code 127.
  explicit Program(const std::vector<std::string>& words, ProgramSetup setup = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  void send(int signal) const;
  // Reads what it prints for so long, or until standard error or output has that text: true.
  bool wait_for(const std::string& text, std::chrono::milliseconds limit);
  // Until its end.
  ProgramEnd wait();

 private:
  void start_child(const std::vector<std::string>& words, const int (&out)[2], const int (&err)[2]);
  // Waits for output until the moment; false once both streams are closed.
  bool read_until(std::chrono::steady_clock::time_point moment);
  bool reap(bool block);

  ProgramSetup setup_;
  std::chrono::steady_clock::time_point begin_;
  pid_t child_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool reaped_ = false;
  ProgramEnd end_;
};

[[nodiscard]] ProgramEnd run_to_end(const std::vector<std::string>& words, ProgramSetup setup = {});

}  // namespace relievo::test
