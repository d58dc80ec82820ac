// Lines for people on stderr. Every line begins with the program's own name; the progress line
// stays below them.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <relievo/plugin.h>

namespace relievo::host {

// Any thread. One per process in the program; tests make their own.
class Log {
 public:
  using Writer = std::function<void(std::string_view text)>;

  // writer gets whole lines with their newline, and control sequences of the status line; stderr by
  // default.
  explicit Log(std::string program = "host", Writer writer = {});

  void set_threshold(std::int32_t level) { threshold_ = level; }
  [[nodiscard]] std::int32_t threshold() const { return threshold_; }
  [[nodiscard]] const std::string& program() const { return program_; }

  // One line; newlines inside it become spaces, so that a message is always one line.
  void write(std::int32_t level, std::string_view message);
  void debug(std::string_view message) { write(RLV_LOG_DEBUG, message); }
  void info(std::string_view message) { write(RLV_LOG_INFO, message); }
  void warn(std::string_view message) { write(RLV_LOG_WARNING, message); }
  void error(std::string_view message) { write(RLV_LOG_ERROR, message); }

  // Shows text as the last line of a terminal, in place of the one before; empty clears it.
  void set_status_line(std::string text);

  // Warnings and errors written so far.
  [[nodiscard]] int warnings() const { return warnings_; }

 private:
  void put(std::string_view text);

  const std::string program_;
  Writer writer_;
  std::atomic<std::int32_t> threshold_{RLV_LOG_INFO};
  std::atomic<int> warnings_{0};
  std::mutex mutex_;
  std::string status_line_;
};

}  // namespace relievo::host
