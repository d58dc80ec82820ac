#include "core/weights/zip_archive.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "core/weights/contents.hpp"
#include "core/weights/layout.hpp"
#include "core/weights/utf8.hpp"

namespace relievo::weights {
namespace {

// Signatures and fixed sizes, APPNOTE 4.3.7, 4.3.12, 4.3.14 to 4.3.16.
constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kEnd64LocatorBytes = 20;
constexpr std::size_t kMaxComment = 65535;

struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
};

struct CentralEntry {
  ZipEntry entry;
  std::uint64_t size = 0;
  std::uint64_t end = 0;  // of the data
};

// Reads one archive; a class only to carry file and path through the steps.
class Reader {
 public:
  Reader(std::span<const std::byte> file, const std::filesystem::path& path)
      : file_(file), path_(path) {}

  std::vector<ZipEntry> entries() {
    const auto directory = locate();
    // A count is trusted only as far as the directory has room for it.
    if (directory.count > directory.size / kCentralBytes)
      fail("the zip directory counts " + std::to_string(directory.count) +
           " entries, more than fit into its " + std::to_string(directory.size) + " bytes");
    std::vector<CentralEntry> found;
    found.reserve(static_cast<std::size_t>(directory.count));
    auto at = static_cast<std::size_t>(directory.offset);
    const auto end = static_cast<std::size_t>(directory.offset + directory.size);
    for (std::uint64_t i = 0; i < directory.count; ++i) found.push_back(central(at, end));
    if (at != end) fail("the zip directory has bytes behind its last entry, at " + place(at));
    for (auto& one : found) locate_data(one, directory.offset);
    refuse_overlap(found);
    std::vector<ZipEntry> entries;
    entries.reserve(found.size());
    for (const auto& one : found) entries.push_back(one.entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (std::size_t i = 1; i < entries.size(); ++i)
      if (entries[i].name == entries[i - 1].name)
        fail("the zip archive has two entries named " + in_quotes(entries[i].name));
    return entries;
  }

 private:
  [[noreturn]] void fail(const std::string& fault) const {
    throw WeightsError(path_, fault + "; the file is damaged or was cut short: fetch it again");
  }
  [[noreturn]] void refuse(const std::string& fault) const {
    throw WeightsError(path_, fault +
                                  "; checkpoints are stored uncompressed: unpack it, or write it "
                                  "anew with torch.save");
  }
  static std::string place(std::uint64_t at) { return "byte " + std::to_string(at); }

  [[nodiscard]] std::uint16_t u16(std::size_t at) const {
    return read_little<std::uint16_t>(file_, at);
  }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return read_little<std::uint32_t>(file_, at);
  }
  [[nodiscard]] std::uint64_t u64(std::size_t at) const {
    return read_little<std::uint64_t>(file_, at);
  }
  [[nodiscard]] std::string_view text(std::size_t at, std::size_t size) const {
    return {reinterpret_cast<const char*>(file_.data() + at), size};
  }

  // The record at the very end of the file: its comment fills what is left.
  [[nodiscard]] std::size_t find_end() const {
    if (file_.size() >= kEndBytes) {
      const auto latest = file_.size() - kEndBytes;
      const auto earliest = latest - std::min(latest, kMaxComment);
      for (std::size_t at = latest + 1; at-- > earliest;)
        if (u32(at) == kEnd && u16(at + 20) == latest - at) return at;
    }
    fail("starts like a zip archive, but has no zip directory at its end");
  }

  [[nodiscard]] Directory locate() const {
    const auto end = find_end();
    Directory directory{u32(end + 16), u32(end + 12), u16(end + 10)};
    auto directory_end = end;
    const bool has64 = end >= kEnd64LocatorBytes && u32(end - kEnd64LocatorBytes) == kEnd64Locator;
    if (has64) {
      const auto locator = end - kEnd64LocatorBytes;
      const auto at = u64(locator + 8);
      if (at > locator || locator - at < kEnd64Bytes || u32(static_cast<std::size_t>(at)) != kEnd64)
        fail("the zip64 directory record is not at " + place(at) + ", where the file says");
      directory_end = static_cast<std::size_t>(at);
      if (u32(locator + 4) != 0 || u32(directory_end + 16) != 0 || u32(directory_end + 20) != 0)
        refuse("is one part of a zip archive in several parts");
      directory = {u64(directory_end + 48), u64(directory_end + 40), u64(directory_end + 32)};
    } else if (u16(end + 4) != 0 || u16(end + 6) != 0) {
      refuse("is one part of a zip archive in several parts");
    }
    // Directory, then (zip64) record and locator, then the end, with nothing between.
    const auto stop = checked_add(directory.offset, directory.size);
    if (!stop || *stop != directory_end)
      fail("the zip directory should lie at bytes " + std::to_string(directory.offset) + " + " +
           std::to_string(directory.size) + ", which is not where it ends (" +
           place(directory_end) + ")");
    return directory;
  }

  [[nodiscard]] CentralEntry central(std::size_t& at, std::size_t end) const {
    if (end - at < kCentralBytes || u32(at) != kCentral)
      fail("there is no zip directory entry at " + place(at));
    const std::size_t name_bytes = u16(at + 28);
    const std::size_t extra_bytes = u16(at + 30);
    const std::size_t comment_bytes = u16(at + 32);
    if (end - at - kCentralBytes < name_bytes + extra_bytes + comment_bytes)
      fail("the zip directory entry at " + place(at) + " does not end inside the directory");
    CentralEntry one;
    one.entry.name = text(at + kCentralBytes, name_bytes);
    if (first_invalid_utf8(one.entry.name) != std::string_view::npos ||
        one.entry.name.find('\0') != std::string_view::npos)
      fail("the zip directory entry at " + place(at) + " has the broken name " +
           in_quotes(one.entry.name));
    const auto flags = u16(at + 8);
    if ((flags & 0x2041U) != 0) refuse("entry " + in_quotes(one.entry.name) + " is encrypted");
    if (u16(at + 10) != 0) refuse("entry " + in_quotes(one.entry.name) + " is compressed");

    std::uint64_t packed = u32(at + 20);
    one.size = u32(at + 24);
    one.entry.header_offset = u32(at + 42);
    std::uint32_t disk = u16(at + 34);
    widen(at + kCentralBytes + name_bytes, extra_bytes, one, packed, disk);
    if (disk != 0)
      refuse("entry " + in_quotes(one.entry.name) + " lies in another part of the archive");
    if (packed != one.size)
      fail("the stored entry " + in_quotes(one.entry.name) + " has two sizes, " +
           std::to_string(packed) + " and " + std::to_string(one.size) + " bytes");
    at += kCentralBytes + name_bytes + extra_bytes + comment_bytes;
    return one;
  }

  // The zip64 extra field (APPNOTE 4.5.3) has, in this order, those of the values that are all ones
  // in the entry.
  void widen(std::size_t extra, std::size_t extra_bytes, CentralEntry& one, std::uint64_t& packed,
             std::uint32_t& disk) const {
    const bool wanted = one.size == UINT32_MAX || packed == UINT32_MAX ||
                        one.entry.header_offset == UINT32_MAX || disk == UINT16_MAX;
    if (!wanted) return;
    std::size_t at = 0;
    while (extra_bytes - at >= 4) {
      const auto id = u16(extra + at);
      const std::size_t size = u16(extra + at + 2);
      at += 4;
      if (size > extra_bytes - at) break;
      if (id == 1) {
        std::size_t used = 0;
        const auto next = [&](std::size_t bytes) -> std::uint64_t {
          if (size - used < bytes)
            fail("entry " + in_quotes(one.entry.name) + " lacks its 64-bit size or place");
          const auto from = extra + at + used;
          used += bytes;
          return bytes == 8 ? u64(from) : u32(from);
        };
        if (one.size == UINT32_MAX) one.size = next(8);
        if (packed == UINT32_MAX) packed = next(8);
        if (one.entry.header_offset == UINT32_MAX) one.entry.header_offset = next(8);
        if (disk == UINT16_MAX) disk = static_cast<std::uint32_t>(next(4));
        return;
      }
      at += size;
    }
    fail("entry " + in_quotes(one.entry.name) + " lacks its 64-bit size or place");
  }

  // The local header has the same name and an extra field of its own length, with which writers
  // align the data.
  void locate_data(CentralEntry& one, std::uint64_t limit) const {
    const auto offset = one.entry.header_offset;
    if (offset > limit || limit - offset < kLocalBytes ||
        u32(static_cast<std::size_t>(offset)) != kLocal)
      fail("entry " + in_quotes(one.entry.name) + " is not at " + place(offset) +
           ", where the zip directory says");
    const auto at = static_cast<std::size_t>(offset);
    const std::uint64_t name_bytes = u16(at + 26);
    const std::uint64_t start = offset + kLocalBytes + name_bytes + u16(at + 28);
    if (start > limit || limit - start < one.size)
      fail("entry " + in_quotes(one.entry.name) + " of " + std::to_string(one.size) + " bytes at " +
           place(start) + " reaches past the entries' end at " + place(limit));
    if (text(at + kLocalBytes, static_cast<std::size_t>(name_bytes)) != one.entry.name ||
        u16(at + 8) != 0)
      fail("entry " + in_quotes(one.entry.name) + " is described otherwise at " + place(offset) +
           " than in the zip directory");
    one.entry.data =
        file_.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(one.size));
    one.end = start + one.size;
  }

  void refuse_overlap(std::vector<CentralEntry>& found) const {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.entry.header_offset < b.entry.header_offset;
    });
    for (std::size_t i = 1; i < found.size(); ++i)
      if (found[i].entry.header_offset < found[i - 1].end)
        fail("entries " + in_quotes(found[i - 1].entry.name) + " and " +
             in_quotes(found[i].entry.name) + " of the zip archive share bytes at " +
             place(found[i].entry.header_offset));
  }

  std::span<const std::byte> file_;
  const std::filesystem::path& path_;
};

}  // namespace

bool looks_like_zip(std::span<const std::byte> file) noexcept {
  if (file.size() < 4) return false;
  const auto first = read_little<std::uint32_t>(file, 0);
  return first == kLocal || first == kEnd || first == 0x08074b50;
}

ZipArchive::ZipArchive(std::span<const std::byte> file, const std::filesystem::path& path)
    : entries_(Reader(file, path).entries()) {}

const ZipEntry* ZipArchive::find(std::string_view name) const noexcept {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), name,
                                      [](const auto& a, std::string_view b) { return a.name < b; });
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

}  // namespace relievo::weights
