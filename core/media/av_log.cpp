#include "core/media/av_log.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "core/media/av.hpp"

namespace relievo::media {
namespace {

struct Listeners {
  std::mutex mutex;
  std::vector<const rlv_host*> hosts;
};

Listeners& listeners() {
  static auto* const one = new Listeners;
  return *one;
}

std::string& last_line() {
  thread_local std::string line;
  return line;
}

// "libav: hevc: ", as far as it is known.
std::string speaker(void* object) {
  const auto* kind = object != nullptr ? *static_cast<AVClass**>(object) : nullptr;
  const char* name =
      kind != nullptr && kind->item_name != nullptr ? kind->item_name(object) : nullptr;
  return name != nullptr ? concat("libav: ", name, ": ") : "libav: ";
}

void on_line(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  std::array<char, 512> text{};
  // "[libx265 @ 0x55d0...]" means something to developers only.
  int with_prefix = 0;
  av_log_format_line2(object, level, format, arguments, text.data(), static_cast<int>(text.size()),
                      &with_prefix);
  std::string line = text.data();
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return;
  last_line() = line;
  auto& all = listeners();
  const std::lock_guard lock(all.mutex);
  if (!all.hosts.empty()) Host(all.hosts.back()).debug(speaker(object) + line);
}

}  // namespace

AvLogScope::AvLogScope(const Host& host) : host_(host.get()) {
  auto& all = listeners();
  const std::lock_guard lock(all.mutex);
  if (all.hosts.empty()) av_log_set_callback(&on_line);
  all.hosts.push_back(host_);
}

AvLogScope::~AvLogScope() {
  auto& all = listeners();
  const std::lock_guard lock(all.mutex);
  all.hosts.erase(std::find(all.hosts.begin(), all.hosts.end(), host_));
  if (all.hosts.empty()) av_log_set_callback(&av_log_default_callback);
}

std::string take_av_error_line() {
  return std::exchange(last_line(), {});
}

void silence_svt_av1() {
#if !defined(_WIN32)
  setenv("SVT_LOG", "1", 0);
#endif
}

}  // namespace relievo::media
