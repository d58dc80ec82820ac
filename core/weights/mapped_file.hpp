// A whole file as read-only-on-disk memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace relievo::weights {

// Private mapping: pages come from the file when they are touched; a page that is written to
// becomes a copy of this process. Without mmap (not POSIX) the file is read as a whole.
class MappedFile {
 public:
  // Throws WeightsError if it is not a regular file that can be read.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

  // Drops the pages that lie wholly in `part` (a part of bytes()) from this process; a later read
  // fetches them again.
  void release(std::span<const std::byte> part) const noexcept;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace relievo::weights
