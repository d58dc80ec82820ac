#include "core/host/transfer_line.hpp"

#include <cmath>
#include <cstdio>

#include "core/host/progress_line.hpp"

namespace relievo::host {
namespace {

constexpr std::chrono::seconds kPlainEvery{5};
constexpr double kMemory = 3;  // seconds over which the rate is taken

}  // namespace

std::string transfer_text(const hub::Progress& progress, double rate) {
  std::string text =
      progress.phase == hub::Phase::kChecking ? "checking " + progress.file : progress.file;
  if (progress.total > 0) {
    char percent[32];
    std::snprintf(percent, sizeof percent, "  %5.1f %%  ",
                  100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total));
    text += percent + hub::size_text(progress.done) + " of " + hub::size_text(progress.total);
  } else {
    text += "  " + hub::size_text(progress.done);
  }
  if (rate < 1) return text;
  text += "  " + hub::size_text(static_cast<std::uint64_t>(rate)) + "/s";
  if (progress.total > progress.done)
    text += "  ETA " + clock_text(static_cast<double>(progress.total - progress.done) / rate);
  return text;
}

// An exponential mean of the rate, so that it follows the line without jumping; what an earlier run
// left does not count.
void TransferLine::measure(const hub::Progress& progress, Clock::time_point now) {
  const bool is_new =
      progress.file != last_.file || progress.phase != last_.phase || progress.done < last_.done;
  if (is_new) {
    rate_ = 0;
    next_plain_ = now + kPlainEvery;
  } else {
    const double seconds = std::chrono::duration<double>(now - last_time_).count();
    if (seconds <= 0) return;
    const double rate = static_cast<double>(progress.done - last_.done) / seconds;
    const double keep = rate_ > 0 ? std::exp(-seconds / kMemory) : 0;
    rate_ = keep * rate_ + (1 - keep) * rate;
  }
  last_ = progress;
  last_time_ = now;
}

void TransferLine::show(const hub::Progress& progress) {
  const auto now = Clock::now();
  measure(progress, now);
  if (on_terminal_) {
    log_.set_status_line(transfer_text(progress, rate_));
  } else if (now >= next_plain_) {
    next_plain_ = now + kPlainEvery;
    log_.info(transfer_text(progress, rate_));
  }
}

}  // namespace relievo::host
