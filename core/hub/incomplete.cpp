#include "core/hub/incomplete.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMark = ".relievo-";
constexpr const char* kEnding = ".incomplete";

[[noreturn]] void fail(const std::string& what, const fs::path& file) {
  throw Error(ErrorKind::kDisk,
              "cannot " + what + " " + file.string() + ": " + std::strerror(errno));
}

std::vector<fs::path> ours_beside(const fs::path& blob) {
  std::vector<fs::path> found;
  const auto begin = blob.filename().string() + kMark;
  std::error_code error;
  for (fs::directory_iterator at(blob.parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    const auto name = at->path().filename().string();
    if (name.starts_with(begin) && name.ends_with(kEnding)) found.push_back(at->path());
  }
  return found;
}

// Opens and locks; nothing if a living process has it. Between opening and locking its owner may
// have given it the blob's name, and what has a blob's name must not be written to: the name is
// looked at again under the lock.
std::optional<UniqueFd> seize(const fs::path& file) {
  UniqueFd fd(open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd || lock_file(fd.get()) != LockState::kTaken || !is_same_file(fd.get(), file))
    return std::nullopt;
  return fd;
}

std::uint64_t size_of(int fd) {
  struct stat facts {};
  return fstat(fd, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

}  // namespace

Incomplete Incomplete::open_for(const fs::path& blob) {
  make_folder_of(blob);
  std::optional<Incomplete> best;
  for (const auto& file : ours_beside(blob)) {
    auto fd = seize(file);
    if (!fd) continue;
    Incomplete orphan(std::move(*fd), file);
    if (best && best->size() >= orphan.size()) {
      orphan.discard();
      continue;
    }
    if (best) best->discard();
    best.emplace(std::move(orphan));
  }
  if (best) return std::move(*best);
  while (true) {
    auto file = blob;
    file += kMark + random_digits() + kEnding;
    UniqueFd fd(open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd && errno == EEXIST) continue;
    if (!fd) fail("make", file);
    // Where there are no locks nobody can seize it either.
    if (lock_file(fd.get()) == LockState::kElsewhere) continue;
    return {std::move(fd), std::move(file)};
  }
}

std::uint64_t Incomplete::size() const {
  return size_of(fd_.get());
}

void Incomplete::clear() const {
  if (ftruncate(fd_.get(), 0) != 0) fail("empty", path_);
}

void Incomplete::publish(const fs::path& blob) {
  if (fsync(fd_.get()) != 0) fail("write", path_);
  std::error_code error;
  fs::rename(path_, blob, error);
  if (error)
    throw Error(ErrorKind::kDisk, "cannot rename " + path_.string() + " to " +
                                      blob.filename().string() + ": " + error.message());
  fd_.reset();
}

void Incomplete::discard() {
  std::error_code ignored;
  fs::remove(path_, ignored);
  fd_.reset();
}

}  // namespace relievo::hub
