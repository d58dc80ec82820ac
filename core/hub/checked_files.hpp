// Which files have been hashed already: hashing a gigabyte at each start would take longer than the
// start.
#pragma once

#include <filesystem>
#include <string>

#include "core/hub/session.hpp"

namespace relievo::hub {

// [any] Kept in a file of the program's own cache; losing it costs one hash of each file. A file
// counts as known while its size, time and number on the disk are those of the time it was hashed.
class CheckedFiles {
 public:
  explicit CheckedFiles(std::filesystem::path file) : file_(std::move(file)) {}

  // SHA-256 of the content; hashes only if that is not known. Throws Error(kDisk, kCancelled).
  [[nodiscard]] std::string sha256_of(const std::filesystem::path& path,
                                      const Session& session) const;
  // Hashes, whatever is known.
  [[nodiscard]] std::string hash_again(const std::filesystem::path& path,
                                       const Session& session) const;
  // Notes what somebody else has hashed just now. A folder that cannot be written costs time later,
  // no truth.
  void remember(const std::filesystem::path& path, const std::string& sha256) const;

 private:
  std::filesystem::path file_;
};

}  // namespace relievo::hub
