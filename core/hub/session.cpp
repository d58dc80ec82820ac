#include "core/hub/session.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>
#include <utility>

#include "core/hub/error.hpp"

namespace relievo::hub {

using Clock = std::chrono::steady_clock;

void Session::note(const std::string& text) const {
  if (watcher.on_note) watcher.on_note(text);
}

void Session::check_cancelled() const {
  if (is_cancelled()) throw Error(ErrorKind::kCancelled, "cancelled");
}

void Session::pause(std::chrono::milliseconds time) const {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
    check_cancelled();
    std::this_thread::sleep_for(
        std::min<Clock::duration>(end - Clock::now(), std::chrono::milliseconds(50)));
  }
}

Meter::Meter(const Session& session, Phase phase, std::string file, std::uint64_t total)
    : session_(session), progress_{phase, std::move(file), 0, total} {}

void Meter::show(std::uint64_t done) {
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  show_last(done);
}

void Meter::show_last(std::uint64_t done) {
  progress_.done = done;
  if (session_.watcher.on_progress) session_.watcher.on_progress(progress_);
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  char text[32];
  const int decimals = unit == 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text, sizeof text, "%.*f %s", decimals, value, kUnits[unit]);
  return text;
}

}  // namespace relievo::hub
