#include "core/hub/url.hpp"

#include <algorithm>
#include <cctype>
#include <memory>

#include "core/hub/curl_library.hpp"
#include "core/hub/error.hpp"
#include "core/hub/names.hpp"

namespace relievo::hub {
namespace {

class Url {
 public:
  Url() : curl_(curl_library()), handle_(curl_.url(), curl_.url_cleanup) {}

  // On top of what is set, a relative URL is resolved against it.
  bool set(const std::string& text) {
    return text.find('\0') == std::string::npos &&
           curl_.url_set(handle_.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  }

  std::string part(CURLUPart which, unsigned flags = 0) const {
    char* raw = nullptr;
    if (curl_.url_get(handle_.get(), which, &raw, flags) != CURLUE_OK || raw == nullptr) return "";
    std::string text = raw;
    curl_.free(raw);
    return text;
  }

  bool is_web() const {
    const auto scheme = part(CURLUPART_SCHEME);
    return (scheme == "http" || scheme == "https") && !part(CURLUPART_HOST).empty();
  }

 private:
  const CurlLibrary& curl_;
  std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)> handle_;
};

Url parsed(const std::string& text) {
  Url url;
  if (!url.set(text) || !url.is_web())
    throw Error(ErrorKind::kServer, "'" + shown(text) + "' is no http or https address");
  return url;
}

}  // namespace

std::string origin_of(const std::string& text) {
  const auto url = parsed(text);
  auto host = url.part(CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto port = url.part(CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  return url.part(CURLUPART_SCHEME) + "://" + host + (port.empty() ? "" : ":" + port);
}

std::string redirected(const std::string& base, const std::string& location) {
  auto url = parsed(base);
  const bool was_https = url.part(CURLUPART_SCHEME) == "https";
  if (!url.set(location) || !url.is_web())
    throw Error(ErrorKind::kServer, without_query(base) + " redirects to '" + shown(location) +
                                        "', which is no http or https address");
  if (was_https && url.part(CURLUPART_SCHEME) == "http")
    throw Error(ErrorKind::kServer, without_query(base) + " redirects from https to plain http (" +
                                        shown(without_query(location)) +
                                        "), which is not followed");
  return url.part(CURLUPART_URL);
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

}  // namespace relievo::hub
