// Progress of a fetch for people, in the same place as that of a run.
#pragma once

#include <chrono>
#include <string>

#include "core/host/log.hpp"
#include "core/hub/session.hpp"

namespace relievo::host {

// "net.pth   41.3 %  540 MB of 1.31 GB  23.1 MB/s  ETA 0:33"; rate in bytes a second, 0: not known
// yet.
[[nodiscard]] std::string transfer_text(const hub::Progress& progress, double rate);

// [main] On a terminal one line that is redrawn, otherwise a plain line every five seconds.
class TransferLine {
 public:
  TransferLine(Log& log, bool on_terminal) : log_(log), on_terminal_(on_terminal) {}
  TransferLine(const TransferLine&) = delete;
  TransferLine& operator=(const TransferLine&) = delete;
  ~TransferLine() { clear(); }

  void show(const hub::Progress& progress);
  void clear() { log_.set_status_line(""); }

 private:
  using Clock = std::chrono::steady_clock;

  void measure(const hub::Progress& progress, Clock::time_point now);

  Log& log_;
  const bool on_terminal_;
  hub::Progress last_;
  Clock::time_point last_time_;
  Clock::time_point next_plain_;
  double rate_ = 0;  // bytes a second
};

}  // namespace relievo::host
