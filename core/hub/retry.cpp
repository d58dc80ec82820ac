#include "core/hub/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "core/hub/curl_library.hpp"
#include "core/hub/failure_text.hpp"

namespace relievo::hub {
namespace {

std::string seconds_text(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f s",
                time.count() < 10000 && time.count() % 1000 != 0 ? 1 : 0,
                static_cast<double>(time.count()) / 1000);
  return text;
}

}  // namespace

bool may_pass(const HttpResult& result) {
  switch (result.fault) {
    case HttpFault::kBroken:
    case HttpFault::kSilent:
    case HttpFault::kNoNetwork: return true;
    case HttpFault::kNone: break;
    default: return false;
  }
  switch (result.response.status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
  }
}

std::optional<std::chrono::milliseconds> asked_wait(const HttpResponse& response,
                                                    std::int64_t now) {
  const auto text = response.header("retry-after");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) {
    const auto date = curl_library().getdate(text.c_str(), nullptr);
    if (date < 0) return std::nullopt;
    seconds = static_cast<std::int64_t>(date) - now;
  }
  // A day is as good as for ever, and does not overflow.
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86400));
}

bool Retries::wait_for_another(const HttpResult& result, const std::string& what) {
  const auto& patience = session_.patience;
  if (++failed_ >= patience.tries) return false;
  auto wait = std::min<std::chrono::milliseconds>(
      patience.first_wait * (1 << std::min(failed_ - 1, 10)), patience.longest_wait);
  if (const auto asked =
          asked_wait(result.response, static_cast<std::int64_t>(std::time(nullptr)))) {
    if (*asked > patience.longest_asked_wait) return false;
    wait = std::max(wait, *asked);
  }
  session_.note(what + ": " + fault_text(result) + "; trying again in " + seconds_text(wait));
  session_.pause(wait);
  return true;
}

}  // namespace relievo::hub
