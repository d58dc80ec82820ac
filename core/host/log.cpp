#include "core/host/log.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace relievo::host {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

std::string_view prefix(std::int32_t level) {
  switch (level) {
    case RLV_LOG_DEBUG: return "debug: ";
    case RLV_LOG_WARNING: return "warning: ";
    case RLV_LOG_ERROR: return "error: ";
    default: return "";
  }
}

}  // namespace

Log::Log(std::string program, Writer writer)
    : program_(std::move(program)), writer_(std::move(writer)) {}

void Log::put(std::string_view text) {
  if (writer_) {
    writer_(text);
    return;
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Log::write(std::int32_t level, std::string_view message) {
  if (level >= RLV_LOG_WARNING) ++warnings_;
  if (level < threshold_) return;
  std::string line = program_ + ": " + std::string(prefix(level)) + std::string(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line += '\n';
  const std::lock_guard lock(mutex_);
  if (!status_line_.empty()) line = std::string(kClearLine) + line + status_line_;
  put(line);
}

void Log::set_status_line(std::string text) {
  const std::lock_guard lock(mutex_);
  if (text.empty() && status_line_.empty()) return;
  put(std::string(kClearLine) + text);
  status_line_ = std::move(text);
}

}  // namespace relievo::host
