#include "core/hub/http.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <memory>

#include "core/hub/curl_library.hpp"
#include "core/hub/error.hpp"

namespace relievo::hub {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptText = 4096;
constexpr long kBuffer = 512L << 10;  // bytes that libcurl reads at once

struct Exchange {
  const HttpRequest& request;
  const BodySink& on_body;
  HttpResponse response{};
  Clock::time_point last_byte = Clock::now();
  bool silent = false;
  bool cancelled = false;
  bool refused = false;
  std::exception_ptr thrown{};

  // Nothing may be thrown through libcurl's C frames.
  template <class Call>
  bool guarded(Call&& call) noexcept {
    try {
      return call();
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  void take_header(std::string_view line) {
    last_byte = Clock::now();
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {  // also after a proxy's own answer and after 100 Continue
      response = {};
      const auto blank = line.find(' ');
      if (blank != std::string_view::npos)
        response.status = std::atol(std::string(line.substr(blank + 1)).c_str());
      return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    response.headers[name] = begin == std::string_view::npos ? "" : std::string(line.substr(begin));
  }

  bool take_body(std::string_view piece) {
    last_byte = Clock::now();
    if (response.is_success() && on_body) {
      refused = !on_body(response, piece);
      last_byte = Clock::now();  // what the sink needs is no silence of the server
      return !refused;
    }
    response.text += piece.substr(0, kKeptText - std::min(kKeptText, response.text.size()));
    return true;
  }

  bool go_on() {
    cancelled = request.cancelled && request.cancelled();
    silent = Clock::now() - last_byte > request.silence_timeout;
    return !cancelled && !silent;
  }
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const bool ok = exchange.guarded([&] {
    exchange.take_header({data, size * count});
    return true;
  });
  return ok ? size * count : 0;
}

std::size_t on_data(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const bool ok = exchange.guarded([&] { return exchange.take_body({data, size * count}); });
  return ok ? size * count : 0;
}

int on_progress(void* user, curl_off_t /*total*/, curl_off_t /*now*/, curl_off_t /*up_total*/,
                curl_off_t /*up*/) {
  auto& exchange = *static_cast<Exchange*>(user);
  return exchange.guarded([&] { return exchange.go_on(); }) ? 0 : 1;
}

class Easy {
 public:
  explicit Easy(const CurlLibrary& curl)
      : curl_(curl),
        handle_(curl.easy_init(), curl.easy_cleanup),
        headers_(nullptr, curl.slist_free_all) {
    if (!handle_) throw Error(ErrorKind::kSetup, "libcurl cannot make a handle");
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_.easy_setopt(handle_.get(), option, value) != CURLE_OK)
      throw Error(ErrorKind::kSetup,
                  "libcurl refuses its option " + std::to_string(static_cast<int>(option)));
  }

  void add_header(const std::string& line) {
    auto* list = curl_.slist_append(headers_.get(), line.c_str());
    if (list == nullptr) throw std::bad_alloc();
    static_cast<void>(headers_.release());
    headers_.reset(list);
  }

  CURLcode perform() {
    set(CURLOPT_HTTPHEADER, headers_.get());
    return curl_.easy_perform(handle_.get());
  }

 private:
  const CurlLibrary& curl_;
  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)> headers_;
};

void prepare(Easy& easy, Exchange& exchange, char* error_text) {
  const auto& request = exchange.request;
  easy.set(CURLOPT_URL, request.url.c_str());
  easy.set(CURLOPT_NOBODY, request.head ? 1L : 0L);
  easy.set(CURLOPT_FOLLOWLOCATION, 0L);
  easy.set(CURLOPT_PROTOCOLS_STR, "http,https");
  easy.set(CURLOPT_NOSIGNAL, 1L);
  easy.set(CURLOPT_BUFFERSIZE, kBuffer);
  easy.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  easy.set(CURLOPT_ERRORBUFFER, error_text);
  easy.set(CURLOPT_USERAGENT, "relievo");
  if (!request.ca_bundle.empty()) easy.set(CURLOPT_CAINFO, request.ca_bundle.c_str());
  // Compressed bodies would make sizes and ranges mean something else.
  easy.add_header("Accept-Encoding: identity");
  if (!request.bearer.empty()) easy.add_header("Authorization: Bearer " + request.bearer);
  for (const auto& line : request.headers) easy.add_header(line);
  easy.set(CURLOPT_HEADERFUNCTION, &on_header);
  easy.set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  easy.set(CURLOPT_WRITEFUNCTION, &on_data);
  easy.set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  easy.set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  easy.set(CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
  easy.set(CURLOPT_NOPROGRESS, 0L);
}

HttpFault fault_of(CURLcode code, const Exchange& exchange) {
  if (exchange.cancelled) return HttpFault::kCancelled;
  if (exchange.silent) return HttpFault::kSilent;
  if (exchange.refused) return HttpFault::kRefused;
  switch (code) {
    case CURLE_OK: return HttpFault::kNone;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT: return HttpFault::kNoNetwork;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return HttpFault::kTls;
    case CURLE_OPERATION_TIMEDOUT:
      return exchange.response.status == 0 ? HttpFault::kNoNetwork : HttpFault::kSilent;
    default: return HttpFault::kBroken;
  }
}

}  // namespace

std::string HttpResponse::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

bool HttpResponse::is_redirect() const {
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
         !header("location").empty();
}

HttpResult send(const HttpRequest& request, const BodySink& on_body) {
  const auto& curl = curl_library();
  Exchange exchange{request, on_body};
  char error_text[CURL_ERROR_SIZE] = "";
  Easy easy(curl);
  prepare(easy, exchange, error_text);
  const auto code = easy.perform();
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  HttpResult result;
  result.fault = fault_of(code, exchange);
  if (result.fault != HttpFault::kNone)
    result.detail = *error_text != '\0' ? error_text : curl.easy_strerror(code);
  result.response = std::move(exchange.response);
  return result;
}

}  // namespace relievo::hub
