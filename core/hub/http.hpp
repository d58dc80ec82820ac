// One HTTP exchange on libcurl, without redirects and without retries: those are decided by who
// asks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace relievo::hub {

struct HttpRequest {
  std::string url;
  bool head = false;
  std::vector<std::string> headers;  // "Name: value"
  std::string bearer;                // a token; empty: none. It goes to this URL and nowhere else
  std::string ca_bundle;             // empty: the system's
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds silence_timeout{10000};  // longest time without a byte
  std::function<bool()> cancelled;                   // asked about once a second or more often
};

struct HttpResponse {
  long status = 0;                             // 0: none came
  std::map<std::string, std::string> headers;  // names in lower case; of several the last
  std::string text;  // the first 4 KiB of a body that is not given to on_body

  // Empty if the header is not there.
  [[nodiscard]] std::string header(const std::string& lower_case_name) const;
  [[nodiscard]] bool is_success() const { return status >= 200 && status < 300; }
  [[nodiscard]] bool is_redirect() const;
};

enum class HttpFault {
  kNone,       // a whole response came, whatever its status
  kNoNetwork,  // no such host, nobody listens, no proxy
  kTls,        // no trust in the certificate
  kBroken,     // the connection ended before the response did
  kSilent,     // nothing came for too long
  kCancelled,
  kRefused,  // by on_body
};

struct HttpResult {
  HttpResponse response;
  HttpFault fault = HttpFault::kNone;
  std::string detail;  // libcurl's words for the fault
};

// Gets the body of a success, in pieces; false ends the exchange with kRefused. What it throws
// comes out of send().
using BodySink = std::function<bool(const HttpResponse& head, std::string_view piece)>;

// [any] Proxies as libcurl reads them from http_proxy, https_proxy, all_proxy and no_proxy. Throws
// Error(kSetup) without libcurl.
[[nodiscard]] HttpResult send(const HttpRequest& request, const BodySink& on_body = {});

}  // namespace relievo::hub
