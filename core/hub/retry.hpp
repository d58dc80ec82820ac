// When to try again, and how long to wait first.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/hub/http.hpp"
#include "core/hub/session.hpp"

namespace relievo::hub {

// Faults that pass: a broken or silent connection, a server that is busy or has stumbled (408, 429,
// 500, 502, 503, 504).
[[nodiscard]] bool may_pass(const HttpResult& result);

// Retry-After (RFC 9110, 10.2.3): seconds or a date. now: in seconds since 1970.
[[nodiscard]] std::optional<std::chrono::milliseconds> asked_wait(const HttpResponse& response,
                                                                  std::int64_t now);

class Retries {
 public:
  explicit Retries(const Session& session) : session_(session) {}

  // Waits and returns true, or returns false if it has been tried often enough, or if the server
  // asks for more patience than there is. what: "fetching x", for the note.
  [[nodiscard]] bool wait_for_another(const HttpResult& result, const std::string& what);
  // Something came: the count begins anew.
  void made_progress() { failed_ = 0; }

 private:
  const Session& session_;
  int failed_ = 0;
};

}  // namespace relievo::hub
