// How the host fails: one line for a person and an exit code for the shell.
#pragma once

#include <stdexcept>
#include <string>

namespace relievo::host {

enum class ExitCode : int {
  kDone = 0,
  kRunFailed = 1,
  kUsage = 2,  // command line or config
  kPlugin = 3,
  kWeights = 4,
  kCancelled = 130,
};

class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace relievo::host
