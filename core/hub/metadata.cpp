#include "core/hub/metadata.hpp"

#include <charconv>

#include "core/hub/failure_text.hpp"
#include "core/hub/http.hpp"
#include "core/hub/retry.hpp"
#include "core/hub/url.hpp"

namespace relievo::hub {
namespace {

constexpr int kMostRedirects = 20;

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

HttpResult head(const Session& session, const std::string& url) {
  const auto& environment = session.environment;
  HttpRequest request;
  request.url = url;
  request.head = true;
  request.bearer = may_have_token(environment, url) ? environment.token : "";
  request.ca_bundle = environment.ca_bundle;
  request.connect_timeout = environment.metadata_timeout;
  request.silence_timeout = environment.metadata_timeout;
  request.cancelled = [&] {
    return session.is_cancelled();
  };
  return send(request);
}

// The response that has the facts. Large files are kept elsewhere: the hub's redirect there carries
// them, and is not followed.
HttpResult head_of_file(const Session& session, const FileId& id, std::string& url) {
  for (int i = 0; i < kMostRedirects; ++i) {
    auto result = head(session, url);
    if (result.fault != HttpFault::kNone || !result.response.is_redirect()) return result;
    const auto target = redirected(url, result.response.header("location"));
    const bool has_facts = !result.response.header("x-repo-commit").empty() &&
                           !result.response.header("x-linked-etag").empty();
    if (has_facts && origin_of(target) != origin_of(session.environment.endpoint)) return result;
    url = target;
  }
  throw Error(ErrorKind::kServer,
              resolve_url(session.environment.endpoint, id) + " redirects without end");
}

Metadata facts_of(const HttpResponse& response, const std::string& url) {
  Metadata facts;
  facts.commit = response.header("x-repo-commit");
  if (facts.commit.empty())
    throw Error(ErrorKind::kServer, origin_of(url) +
                                        " does not answer as a Hugging Face hub does (no "
                                        "X-Repo-Commit); check HF_ENDPOINT and the proxy");
  if (!is_commit(facts.commit))
    throw Error(ErrorKind::kServer,
                origin_of(url) + " names the commit '" + shown(facts.commit) + "', which is none");
  const auto linked = response.header("x-linked-etag");
  facts.etag = normalised_etag(linked.empty() ? response.header("etag") : linked);
  facts.size = number_of(response.header("x-linked-size"));
  if (!facts.size && !response.is_redirect())
    facts.size = number_of(response.header("content-length"));
  return facts;
}

}  // namespace

bool may_have_token(const Environment& environment, const std::string& url) {
  return origin_of(url) == origin_of(environment.endpoint);
}

Metadata ask_metadata(const Session& session, const FileId& id) {
  Retries retries(session);
  while (true) {
    auto url = resolve_url(session.environment.endpoint, id);
    const auto result = head_of_file(session, id, url);
    const auto& response = result.response;
    if (result.fault == HttpFault::kNone && (response.is_success() || response.is_redirect()))
      return facts_of(response, url);
    if (may_pass(result) && result.fault != HttpFault::kNoNetwork &&
        retries.wait_for_another(result, id.repo))
      continue;
    const auto error = failure(result, id, session.environment, url);
    if (response.header("x-error-code") == "EntryNotFound")
      throw EntryAbsent(error, response.header("x-repo-commit"));
    throw error;
  }
}

}  // namespace relievo::hub
