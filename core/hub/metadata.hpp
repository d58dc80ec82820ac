// What the hub says of a file before it is fetched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/hub/error.hpp"
#include "core/hub/session.hpp"

namespace relievo::hub {

struct Metadata {
  std::string commit;  // 40 hexadecimal digits
  std::string etag;    // the blob's name
  std::optional<std::uint64_t> size;
};

// A HEAD request to the hub; redirects within it (a renamed repository) are followed, with the
// token only to the host of HF_ENDPOINT. Tries again what may pass, but not a network that is not
// there. Throws Error.
[[nodiscard]] Metadata ask_metadata(const Session& session, const FileId& id);

// Whether a URL may get the token: only the endpoint's own origin.
[[nodiscard]] bool may_have_token(const Environment& environment, const std::string& url);

// The absence of a file at a commit that the hub names: thrown so that it can be noted in the
// cache.
class EntryAbsent : public Error {
 public:
  EntryAbsent(const Error& error, std::string commit) : Error(error), commit_(std::move(commit)) {}
  [[nodiscard]] const std::string& commit() const noexcept { return commit_; }

 private:
  std::string commit_;
};

}  // namespace relievo::hub
