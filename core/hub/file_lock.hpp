// Locks between processes, by flock(2) on a file as Python's filelock takes them, so that both
// kinds of client wait for each other. Best effort: on a file system without flock there is none,
// and the cache stays right without it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "core/hub/unique_fd.hpp"

namespace relievo::hub {

class FileLock {
 public:
  // Makes the file if it is not there. Nothing if another process has the lock. Throws Error(kDisk)
  // if the file cannot be opened.
  [[nodiscard]] static std::optional<FileLock> try_take(const std::filesystem::path& file);
  // Waits; calls on_wait about ten times a second meanwhile, which may throw to give up.
  [[nodiscard]] static FileLock take(const std::filesystem::path& file,
                                     const std::function<void()>& on_wait);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;  // closing it gives the lock back; the file stays, since removing it would part
                 // those who wait
};

enum class LockState { kTaken, kElsewhere, kUnsupported };
// Locks an open file without waiting.
[[nodiscard]] LockState lock_file(int fd);
// Whether the path still leads to the file that was opened: it may have been removed or renamed
// since.
[[nodiscard]] bool is_same_file(int fd, const std::filesystem::path& file);

}  // namespace relievo::hub
