// A file on its way: blobs/ETAG.relievo-XXXXXXXX.incomplete. Each is locked by the process that
// writes it, so what no living process holds is an orphan of a killed one, and the next fetch goes
// on with it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/hub/unique_fd.hpp"

namespace relievo::hub {

class Incomplete {
 public:
  // Takes over the longest orphan beside blob and removes the shorter ones, or makes a new file.
  // Those of Python's client are left alone. Throws Error(kDisk).
  [[nodiscard]] static Incomplete open_for(const std::filesystem::path& blob);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const;
  // Cuts it to nothing.
  void clear() const;
  // Makes sure that all is on the disk, then gives it the blob's name. Throws Error(kDisk).
  void publish(const std::filesystem::path& blob);
  void discard();

 private:
  Incomplete(UniqueFd fd, std::filesystem::path path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;  // locked while it is open
  std::filesystem::path path_;
};

}  // namespace relievo::hub
