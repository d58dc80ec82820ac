#include "core/weights/mapped_file.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

#if defined(__unix__) || defined(__APPLE__)
#define RLV_WEIGHTS_MMAP 1
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <fstream>
#endif

#include "core/weights/error.hpp"

namespace relievo::weights {
namespace {

// Also keeps open() from waiting for ever at a named pipe.
void require_regular_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw WeightsError(path, "there is no such file; check the path of the weights");
  if (error)
    throw WeightsError(path, "cannot be examined (" + error.message() + "); check the path");
  if (std::filesystem::is_directory(status))
    throw WeightsError(path, "is a folder; name the checkpoint file in it");
  if (!std::filesystem::is_regular_file(status))
    throw WeightsError(path, "is not a regular file; copy the weights to one first");
}

}  // namespace

#ifdef RLV_WEIGHTS_MMAP

MappedFile::MappedFile(const std::filesystem::path& path) {
  require_regular_file(path);
  const auto fail = [&](const char* what) {
    const auto why = std::generic_category().message(errno);
    throw WeightsError(path, std::string(what) + " (" + why + "); check its permissions and disk");
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail("cannot be opened");
  struct stat facts {};
  if (::fstat(file, &facts) != 0) {
    const int reason = errno;
    ::close(file);
    errno = reason;
    fail("cannot be examined");
  }
  if (facts.st_size > 0) {
    size_ = static_cast<std::size_t>(facts.st_size);
    void* mapping = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    // Where the system reserves memory for every private writable page, a large file may not fit.
    if (mapping == MAP_FAILED && errno == ENOMEM)
      mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapping == MAP_FAILED) {
      const int reason = errno;
      ::close(file);
      errno = reason;
      fail("cannot be mapped into memory");
    }
    data_ = static_cast<std::byte*>(mapping);
  }
  ::close(file);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

void MappedFile::release(std::span<const std::byte> part) const noexcept {
  static const auto kPage = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data());
  const auto first = (begin + kPage - 1) / kPage * kPage;
  const auto last = (begin + part.size()) / kPage * kPage;
  if (first >= last) return;
  // Advice: a failure changes nothing but the memory in use.
  (void)::madvise(data_ + (first - reinterpret_cast<std::uintptr_t>(data_)), last - first,
                  MADV_DONTNEED);
}

#else

MappedFile::MappedFile(const std::filesystem::path& path) {
  require_regular_file(path);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw WeightsError(path, "cannot be opened; check its permissions");
  const auto size = std::filesystem::file_size(path);
  if (size > std::numeric_limits<std::size_t>::max() / 2)
    throw WeightsError(path, "does not fit into this machine's memory");
  size_ = static_cast<std::size_t>(size);
  if (size_ == 0) return;
  data_ = new std::byte[size_];
  if (!in.read(reinterpret_cast<char*>(data_), static_cast<std::streamsize>(size_))) {
    delete[] data_;
    throw WeightsError(path, "cannot be read to its end; check the disk");
  }
}

MappedFile::~MappedFile() {
  delete[] data_;
}

void MappedFile::release(std::span<const std::byte>) const noexcept {}

#endif

}  // namespace relievo::weights
