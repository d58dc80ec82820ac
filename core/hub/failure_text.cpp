#include "core/hub/failure_text.hpp"

#include "core/hub/url.hpp"

namespace relievo::hub {
namespace {

std::string quoted(const std::string& text) {
  return "'" + shown(text) + "'";
}

// How to log in, for those who have not.
std::string login(const Environment& environment) {
  return "make a token at " + environment.endpoint + "/settings/tokens and set HF_TOKEN to it";
}

Error gated(const FileId& id, const Environment& environment) {
  const auto page = repo_url(environment.endpoint, id.repo);
  if (environment.token.empty())
    return {ErrorKind::kNoAccess,
            quoted(id.repo) +
                " is given only to those who accept its terms: log in and accept them at " + page +
                ", then " + login(environment)};
  return {ErrorKind::kNoAccess,
          quoted(id.repo) +
              " is given only to those who accept its terms, and the account of the token from " +
              environment.token_origin + " has no access yet: accept them at " + page +
              ", or wait for its owners' answer"};
}

Error no_repo(const FileId& id, const Environment& environment) {
  std::string text = "there is no repository " + quoted(id.repo) + " at " + environment.endpoint;
  if (environment.token.empty())
    return {ErrorKind::kNotFound,
            text + ", or it is private: check its name; for a private one " + login(environment)};
  return {ErrorKind::kNotFound, text + ", or the account of the token from " +
                                    environment.token_origin +
                                    " may not see it: check its name, and the token's permissions"};
}

Error bad_token(const Environment& environment) {
  return {ErrorKind::kNoAccess, "the token from " + environment.token_origin +
                                    " is not accepted; " + login(environment) +
                                    ", or unset it for public files"};
}

Error no_file(const FileId& id, const Environment& environment) {
  return {ErrorKind::kNotFound, quoted(id.repo) + " has no file " + quoted(id.file) +
                                    " at revision " + quoted(id.revision) + "; " +
                                    repo_url(environment.endpoint, id.repo) + "/tree/" +
                                    id.revision + " shows what it has"};
}

Error no_revision(const FileId& id, const Environment& environment) {
  return {ErrorKind::kNotFound, quoted(id.repo) + " has no revision " + quoted(id.revision) + "; " +
                                    repo_url(environment.endpoint, id.repo) +
                                    "/tree/main lists its branches and tags"};
}

Error for_status(const HttpResponse& response, const FileId& id, const Environment& environment,
                 const std::string& url) {
  const auto code = response.header("x-error-code");
  const auto words = response.header("x-error-message");
  if (code == "GatedRepo") return gated(id, environment);
  if (code == "RevisionNotFound") return no_revision(id, environment);
  if (code == "EntryNotFound") return no_file(id, environment);
  if (words == "Invalid credentials in Authorization header" && !environment.token.empty())
    return bad_token(environment);
  if (code == "RepoNotFound") return no_repo(id, environment);
  const auto said = words.empty() ? std::string() : " (" + shown(words) + ")";
  switch (response.status) {
    // The hub does not tell strangers whether a private repository exists.
    case 401: return no_repo(id, environment);
    case 403:
      return {ErrorKind::kNoAccess,
              without_query(url) + " may not be read" + said +
                  (environment.token.empty()
                       ? "; " + login(environment)
                       : "; check the permissions of the token from " + environment.token_origin)};
    case 404:
      return {ErrorKind::kNotFound, without_query(url) + " does not exist" + said +
                                        "; check repository, revision and file"};
    case 429:
      return {
          ErrorKind::kServer,
          "the hub takes no more requests for now (429)" +
              (response.header("retry-after").empty()
                   ? ""
                   : "; it asks to come back in " + shown(response.header("retry-after")) + " s") +
              (environment.token.empty() ? "; those who log in may ask more: " + login(environment)
                                         : "")};
    default: break;
  }
  return {ErrorKind::kServer,
          without_query(url) + " answers " + std::to_string(response.status) + said +
              (response.status >= 500 ? "; the fault is the server's: try again later" : "")};
}

}  // namespace

std::string fault_text(const HttpResult& result) {
  switch (result.fault) {
    case HttpFault::kNone: return "the server answers " + std::to_string(result.response.status);
    case HttpFault::kNoNetwork: return "no connection (" + result.detail + ")";
    case HttpFault::kTls: return "no trust in the server (" + result.detail + ")";
    case HttpFault::kBroken: return "the connection broke (" + result.detail + ")";
    case HttpFault::kSilent: return "the server has fallen silent";
    case HttpFault::kCancelled: return "cancelled";
    case HttpFault::kRefused: return "the answer was not wanted";
  }
  return "";
}

Error failure(const HttpResult& result, const FileId& id, const Environment& environment,
              const std::string& url) {
  switch (result.fault) {
    case HttpFault::kNone: return for_status(result.response, id, environment, url);
    case HttpFault::kCancelled: return {ErrorKind::kCancelled, "cancelled"};
    case HttpFault::kTls:
      return {ErrorKind::kNoNetwork,
              "no trust in the certificate of " + origin_of(url) + " (" + result.detail +
                  "); behind a proxy that reads along, name its certificate with SSL_CERT_FILE"};
    case HttpFault::kNoNetwork:
      return {ErrorKind::kNoNetwork,
              "cannot reach " + origin_of(url) + " (" + result.detail +
                  "); check the network, the proxy (https_proxy) and HF_ENDPOINT"};
    default: break;
  }
  return {ErrorKind::kServer, without_query(url) + ": " + fault_text(result) +
                                  "; run it again to go on where it stopped"};
}

}  // namespace relievo::hub
