// The entries of a zip archive in memory, stored (not compressed) ones only, so that each is a part
// of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace relievo::weights {

struct ZipEntry {
  std::string_view name;  // valid UTF-8, points into the file; "a/b", a folder ends in '/'
  std::span<const std::byte> data;
  std::uint64_t header_offset = 0;  // of the local header, bytes into the file
};

// Reads the format of PKWARE's APPNOTE 6.3.9: central directory, zip64, local headers. Takes one
// disk, no compression, no encryption, nothing before the first entry counted wrong, no two entries
// that share bytes or a name. Checksums are not looked at: that would read the whole file.
class ZipArchive {
 public:
  // file must outlive the archive. Throws WeightsError; `path` stands in messages.
  ZipArchive(std::span<const std::byte> file, const std::filesystem::path& path);

  // Sorted by name.
  [[nodiscard]] std::span<const ZipEntry> entries() const noexcept { return entries_; }
  // Null if there is none. O(log n).
  [[nodiscard]] const ZipEntry* find(std::string_view name) const noexcept;

 private:
  std::vector<ZipEntry> entries_;
};

}  // namespace relievo::weights
