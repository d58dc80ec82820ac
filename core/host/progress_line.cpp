#include "core/host/progress_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace relievo::host {
std::string clock_text(double seconds) {
  const auto all = std::llround(seconds);
  char text[32];
  if (all >= 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld", all / 60, all % 60);
  return text;
}

std::string progress_text(const Progress& progress) {
  const double seconds = progress.elapsed.count();
  const auto frames = static_cast<double>(progress.frames);
  const double fps = seconds > 0 ? frames / seconds : 0;
  char text[160];
  if (progress.expected <= 0) {
    std::snprintf(text, sizeof text, "%lld frames  %.1f fps  slowest: %s",
                  static_cast<long long>(progress.frames), fps, progress.slowest.c_str());
    return text;
  }
  // The expected number is an estimate: it may be passed.
  const auto expected = std::max(progress.expected, progress.frames);
  const auto left = static_cast<double>(expected - progress.frames);
  const auto eta = fps > 0 ? clock_text(left / fps) : std::string("-");
  std::snprintf(text, sizeof text, "%5.1f %%  %lld of %lld frames  %.1f fps  ETA %s  slowest: %s",
                100.0 * frames / static_cast<double>(expected),
                static_cast<long long>(progress.frames), static_cast<long long>(expected), fps,
                eta.c_str(), progress.slowest.c_str());
  return text;
}

void ProgressLine::show(const Progress& progress) {
  show(progress.elapsed, progress_text(progress));
}

void ProgressLine::show(std::chrono::duration<double> elapsed, const std::string& text) {
  if (on_terminal_) {
    log_.set_status_line(text);
    return;
  }
  if (elapsed < next_plain_) return;
  next_plain_ = elapsed + std::chrono::duration<double>(10);
  log_.info(text);
}

}  // namespace relievo::host
