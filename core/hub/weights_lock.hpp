// weights.lock: what the hub gave the first time. No hash or commit is ever shipped with the
// program or written by hand; the first fetch of a file pins what came, and from then on anything
// else is refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/hub/names.hpp"

namespace relievo::hub {

struct Pin {
  FileId id;  // with the revision that was asked for
  std::string commit;
  std::string sha256;
  std::uint64_t size = 0;
};

// [any] Reads the file at every call: other processes write it, too.
class WeightsLock {
 public:
  explicit WeightsLock(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  // Throw Error(kSetup) for a file that is not understood, with the way out.
  [[nodiscard]] std::optional<Pin> find(const FileId& id) const;
  [[nodiscard]] std::vector<Pin> all() const;
  // Adds it or replaces that of the same repository, revision and file; under a lock between
  // processes.
  void put(const Pin& pin) const;
  void forget(const FileId& id) const;

  // $RELIEVO_WEIGHTS_LOCK, else weights.lock in the user's configuration folder.
  [[nodiscard]] static std::filesystem::path standard_file();

 private:
  void change(const FileId& id, const Pin* pin) const;

  std::filesystem::path file_;
};

}  // namespace relievo::hub
