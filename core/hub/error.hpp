// How fetching fails: what kind of trouble it is, and one line for a person.
#pragma once

#include <stdexcept>
#include <string>

namespace relievo::hub {

enum class ErrorKind {
  kBadName,    // a repository, revision or file name that cannot be one
  kSetup,      // the user's own settings: a token with a newline, a lock file that cannot be read
  kOffline,    // not here, and the network is not to be used
  kNoNetwork,  // the hub cannot be reached
  kNoAccess,   // private, gated, or the token is refused
  kNotFound,   // no such repository, revision or file
  kServer,     // the hub answers with a fault of its own, or with what makes no sense
  kMismatch,   // what came is not what was promised or pinned
  kDisk,       // no space, no permission
  kCancelled,
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace relievo::hub
