// What one fetch has with it: settings, somebody who watches, and how patient it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/hub/environment.hpp"
#include "core/hub/names.hpp"

namespace relievo::hub {

enum class Phase { kFetching, kChecking };

struct Progress {
  Phase phase = Phase::kFetching;
  std::string file;
  std::uint64_t done = 0;   // bytes, those of earlier runs included
  std::uint64_t total = 0;  // 0: unknown
};

// All calls come from the thread that fetches. Any may be empty.
struct Watcher {
  std::function<void(const Progress&)>
      on_progress;  // at most ten times a second, and at the end of a phase
  std::function<void(const std::string& note)>
      on_note;  // one line for a person: a wait, a second try
  std::function<bool()> cancelled;
};

struct Patience {
  int tries = 5;                               // in a row without a single byte
  std::chrono::milliseconds first_wait{1000};  // doubled after each
  std::chrono::milliseconds longest_wait{8000};
  std::chrono::milliseconds longest_asked_wait{300000};  // of what a server may ask for
};

struct Session {
  Environment environment;
  Watcher watcher;
  Patience patience;

  void note(const std::string& text) const;
  [[nodiscard]] bool is_cancelled() const { return watcher.cancelled && watcher.cancelled(); }
  // Throws Error(kCancelled) if the user has had enough.
  void check_cancelled() const;
  // Sleeps, in slices.
  void pause(std::chrono::milliseconds time) const;
};

// Passes progress on at most ten times a second.
class Meter {
 public:
  Meter(const Session& session, Phase phase, std::string file, std::uint64_t total);
  void show(std::uint64_t done);
  void show_last(std::uint64_t done);

 private:
  const Session& session_;
  Progress progress_;
  std::chrono::steady_clock::time_point next_{};
};

// "1.34 GB", with decimal units as disks and download pages have them.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace relievo::hub
