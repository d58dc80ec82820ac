// libav reports on a channel of its own, one per process, in words for its developers, and its
// codecs write banners. This is the only place that touches it: while a scope lives, lines of level
// error go to that host's debug log and everything else is dropped; what matters of them comes back
// as errors and warnings of the nodes.
#pragma once

#include <string>

#include <relievo/sdk/host.hpp>

namespace relievo::media {

// Held by every node that calls libav. Any thread; the newest scope receives the lines.
class AvLogScope {
 public:
  explicit AvLogScope(const Host& host);
  AvLogScope(const AvLogScope&) = delete;
  AvLogScope& operator=(const AvLogScope&) = delete;
  ~AvLogScope();

 private:
  const rlv_host* host_;
};

// The last line of level error that this thread's calls caused since the last call of this
// function, "" if none: libav's codes say less than its words.
[[nodiscard]] std::string take_av_error_line();

// SVT-AV1 3 and older print a banner straight to stderr unless the environment says otherwise; a
// user's own setting wins. [main] only, before other threads run.
void silence_svt_av1();

}  // namespace relievo::media
