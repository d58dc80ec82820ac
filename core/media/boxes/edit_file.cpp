#include "core/media/boxes/edit_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace relievo::media {
namespace {

bool sync_file(int file) {
#if defined(__APPLE__)
  // fsync() there stops at the drive's own cache.
  if (fcntl(file, F_FULLFSYNC) == 0) return true;
#endif
  return fsync(file) == 0;
}

}  // namespace

EditFile::EditFile(std::filesystem::path path, Mode mode, BeforeChange before_change,
                   const std::filesystem::path& like)
    : path_(std::move(path)), before_change_(std::move(before_change)) {
  mode_t permissions = 0666;
  if (struct stat status{}; !like.empty() && stat(like.c_str(), &status) == 0)
    permissions = status.st_mode & 0777U;
  int flags = O_RDONLY;
  if (mode == Mode::kChange) flags = O_RDWR;
  if (mode == Mode::kCreate) {
    flags = O_RDWR | O_CREAT | O_TRUNC;
    announce();
  }
  file_ = open(path_.c_str(), flags | O_CLOEXEC, permissions);
  if (file_ < 0) fail_io("cannot be opened");
  // Not what the process's mask leaves of them.
  if (mode == Mode::kCreate && !like.empty()) static_cast<void>(fchmod(file_, permissions));
}

EditFile::~EditFile() {
  if (file_ >= 0) static_cast<void>(close(file_));
}

void EditFile::fail_io(const char* doing) const {
  const int error = errno;
  fail(RLV_E_IO, "'", path_.string(), "' ", doing, ": ", std::strerror(error),
       error == ENOSPC ? "; free some space" : "");
}

std::uint64_t EditFile::size() const {
  struct stat status {};
  if (fstat(file_, &status) != 0) fail_io("cannot be read");
  if (!S_ISREG(status.st_mode)) fail(RLV_E_IO, "'", path_.string(), "' is not a plain file");
  return static_cast<std::uint64_t>(status.st_size);
}

Bytes EditFile::read(std::uint64_t position, std::uint64_t count) const {
  Bytes bytes(static_cast<std::size_t>(count));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto got =
        pread(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(position + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_io("cannot be read");
    if (got == 0) fail(RLV_E_IO, "'", path_.string(), "' ends too early");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

void EditFile::write(std::uint64_t position, ByteView bytes) {
  while (!bytes.empty()) {
    announce();
    const auto step = std::min(bytes.size(), step_);
    const auto put = pwrite(file_, bytes.data(), step, static_cast<off_t>(position));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail_io("cannot be written");
    position += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

void EditFile::write_at_once(std::uint64_t position, ByteView bytes) {
  announce();
  if (pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(position)) !=
      static_cast<ssize_t>(bytes.size()))
    fail_io("cannot be written");
}

void EditFile::resize(std::uint64_t size) {
  announce();
  if (ftruncate(file_, static_cast<off_t>(size)) != 0) fail_io("cannot change its size");
}

void EditFile::sync() {
  announce();
  if (!sync_file(file_)) fail_io("cannot be written");
}

bool EditFile::lock() {
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return true;
  // Some network file systems have no locks; only a held one counts.
  return errno != EWOULDBLOCK;
}

void EditFile::copy_data(const EditFile& from, std::uint64_t position, std::uint64_t count,
                         std::uint64_t at) {
#if defined(__linux__)
  while (count > 0) {
    announce();
    auto in = static_cast<off_t>(position);
    auto out = static_cast<off_t>(at);
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(count, 1U << 30U));
    const auto done = copy_file_range(from.file_, &in, file_, &out, step, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;  // not on this file system: by hand
    position += static_cast<std::uint64_t>(done);
    at += static_cast<std::uint64_t>(done);
    count -= static_cast<std::uint64_t>(done);
  }
#endif
  while (count > 0) {
    const auto step = std::min<std::uint64_t>(count, kLargestStep);
    write(at, from.read(position, step));
    position += step;
    at += step;
    count -= step;
  }
}

void EditFile::copy_from(const EditFile& from, std::uint64_t position, std::uint64_t count,
                         std::uint64_t at) {
  const auto end = position + count;
  if (size() < at + count) resize(at + count);
#if defined(SEEK_DATA) && defined(SEEK_HOLE)
  while (position < end) {
    const auto data = lseek(from.file_, static_cast<off_t>(position), SEEK_DATA);
    if (data < 0 && errno == ENXIO) return;  // a hole up to the end
    if (data < 0) break;                     // not on this file system
    const auto begin = std::min(static_cast<std::uint64_t>(data), end);
    at += begin - position;
    position = begin;
    if (position == end) return;
    const auto hole = lseek(from.file_, data, SEEK_HOLE);
    const auto stop = hole < 0 ? end : std::min(static_cast<std::uint64_t>(hole), end);
    copy_data(from, position, stop - position, at);
    at += stop - position;
    position = stop;
  }
#endif
  if (position < end) copy_data(from, position, end - position, at);
}

void replace_file(const std::filesystem::path& from, const std::filesystem::path& to,
                  const BeforeChange& before_change) {
  if (before_change) before_change();
  if (std::rename(from.c_str(), to.c_str()) != 0)
    fail(RLV_E_IO, "'", from.string(), "' cannot be renamed to '", to.string(),
         "': ", std::strerror(errno));
  const auto folder = to.parent_path().empty() ? std::filesystem::path(".") : to.parent_path();
  const int handle = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return;  // readable or not, the name is there
  static_cast<void>(fsync(handle));
  static_cast<void>(close(handle));
}

}  // namespace relievo::media
