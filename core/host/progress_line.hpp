// Progress for people: one line that stays at the bottom of a terminal, or a plain line now and
// then.
#pragma once

#include <chrono>
#include <string>

#include "core/host/log.hpp"
#include "core/host/runner.hpp"

namespace relievo::host {

// 3723 s as 1:02:03, 74 s as 1:14.
[[nodiscard]] std::string clock_text(double seconds);

// " 43.2 %  1037 of 2400 frames  18.3 fps  ETA 1:14  slowest: stereo". Without an expected count:
// frames and fps only.
[[nodiscard]] std::string progress_text(const Progress& progress);

class ProgressLine {
 public:
  // on_terminal: redraw one line; otherwise a plain line every ten seconds.
  ProgressLine(Log& log, bool on_terminal) : log_(log), on_terminal_(on_terminal) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { log_.set_status_line(""); }

  void show(const Progress& progress);
  // Any other text, with the time since the beginning of what it tells of.
  void show(std::chrono::duration<double> elapsed, const std::string& text);

 private:
  Log& log_;
  const bool on_terminal_;
  std::chrono::duration<double> next_plain_{10};
};

}  // namespace relievo::host
