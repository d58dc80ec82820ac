#include "core/hub/file_lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/hub/error.hpp"

namespace relievo::hub {

LockState lock_file(int fd) {
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    return errno == EWOULDBLOCK || errno == EAGAIN || errno == EACCES ? LockState::kElsewhere
                                                                      : LockState::kUnsupported;
  }
  return LockState::kTaken;
}

bool is_same_file(int fd, const std::filesystem::path& file) {
  struct stat open_file {};
  struct stat named {};
  return fstat(fd, &open_file) == 0 && stat(file.c_str(), &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  while (true) {
    // Group-writable, as Python's client makes them: users of one group may share a cache.
    UniqueFd fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0664));
    if (!fd)
      throw Error(ErrorKind::kDisk,
                  "cannot open the lock " + file.string() + ": " + std::strerror(errno));
    const auto state = lock_file(fd.get());
    if (state == LockState::kElsewhere) return std::nullopt;
    // Some clients remove the file when they are done: a lock on what no path leads to holds nobody
    // off.
    if (state == LockState::kTaken && !is_same_file(fd.get(), file)) continue;
    return FileLock(std::move(fd));
  }
}

FileLock FileLock::take(const std::filesystem::path& file, const std::function<void()>& on_wait) {
  while (true) {
    if (auto lock = try_take(file)) return std::move(*lock);
    if (on_wait) on_wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace relievo::hub
