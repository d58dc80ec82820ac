#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/weights/contents.hpp"
#include "core/weights/layout.hpp"
#include "core/weights/safetensors_header.hpp"
#include "core/weights/utf8.hpp"

namespace relievo::weights {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;  // as the reference reader
constexpr const char* kFetchAgain =
    "; the file is damaged or was not written by a safetensors library: fetch it again";

// Bytes that shape and type ask for; nothing on overflow or if packed elements end inside a byte.
std::optional<std::uint64_t> size_in_bytes(const SafetensorsEntry& entry) {
  const auto count = count_elements(entry.shape);
  const auto bits = count ? checked_multiply(*count, bits_of(entry.dtype)) : std::nullopt;
  if (!bits || *bits % 8 != 0) return std::nullopt;
  return *bits / 8;
}

void check_entry(const SafetensorsEntry& entry, std::uint64_t data_bytes,
                 const std::filesystem::path& path) {
  const auto range = "bytes " + std::to_string(entry.begin) + " to " + std::to_string(entry.end);
  if (entry.begin > entry.end)
    throw WeightsError(path, "tensor " + in_quotes(entry.name) + " ends before it begins (" +
                                 range + ")" + kFetchAgain);
  if (entry.end > data_bytes)
    throw WeightsError(path, "tensor " + in_quotes(entry.name) + " lies at " + range +
                                 " of the data, but the file ends at " +
                                 std::to_string(data_bytes) + "; it was cut short: fetch it again");
  const auto wanted = size_in_bytes(entry);
  if (!wanted)
    throw WeightsError(
        path, "tensor " + in_quotes(entry.name) + " of type " + std::string(name_of(entry.dtype)) +
                  " and shape " + shape_text(entry.shape) +
                  " has no size in whole bytes that a file could hold" + kFetchAgain);
  if (*wanted != entry.end - entry.begin)
    throw WeightsError(path, "tensor " + in_quotes(entry.name) + " of type " +
                                 std::string(name_of(entry.dtype)) + " and shape " +
                                 shape_text(entry.shape) + " needs " + std::to_string(*wanted) +
                                 " bytes, but the header gives it " +
                                 std::to_string(entry.end - entry.begin) + kFetchAgain);
}

// In the order of the data every tensor must begin where the one before ends.
void check_cover(const std::vector<SafetensorsEntry>& entries, std::uint64_t data_bytes,
                 const std::filesystem::path& path) {
  std::uint64_t end = 0;
  const SafetensorsEntry* before = nullptr;
  for (const auto& entry : entries) {
    if (entry.begin < end)
      throw WeightsError(path, "tensor " + in_quotes(entry.name) + " begins at byte " +
                                   std::to_string(entry.begin) + " of the data, inside tensor " +
                                   in_quotes(before->name) + kFetchAgain);
    if (entry.begin > end)
      throw WeightsError(path, "bytes " + std::to_string(end) + " to " +
                                   std::to_string(entry.begin) + " of the data, before tensor " +
                                   in_quotes(entry.name) + ", belong to no tensor" + kFetchAgain);
    end = entry.end;
    before = &entry;
  }
  if (end != data_bytes)
    throw WeightsError(path, "the last " + std::to_string(data_bytes - end) +
                                 " bytes belong to no tensor" + kFetchAgain);
}

}  // namespace

bool looks_like_safetensors(std::span<const std::byte> file) noexcept {
  if (file.size() <= kLengthBytes || std::to_integer<char>(file[kLengthBytes]) != '{') return false;
  return read_little<std::uint64_t>(file, 0) <= kMaxHeader;
}

Contents read_safetensors(std::span<const std::byte> file, const std::filesystem::path& path) {
  if (file.size() < kLengthBytes)
    throw WeightsError(path, "has " + std::to_string(file.size()) +
                                 " bytes, too few for a safetensors file; fetch it again");
  const auto length = read_little<std::uint64_t>(file, 0);
  if (length > kMaxHeader)
    throw WeightsError(path, "the header's length, " + std::to_string(length) +
                                 " bytes, is past the format's limit of " +
                                 std::to_string(kMaxHeader) + kFetchAgain);
  if (length > file.size() - kLengthBytes)
    throw WeightsError(path, "the header should have " + std::to_string(length) +
                                 " bytes, but the file ends after " +
                                 std::to_string(file.size() - kLengthBytes) +
                                 "; it was cut short: fetch it again");
  const std::string_view text(reinterpret_cast<const char*>(file.data() + kLengthBytes),
                              static_cast<std::size_t>(length));
  if (!text.starts_with('{'))
    throw WeightsError(path, std::string("the header does not start with '{'") + kFetchAgain);
  if (const auto at = first_invalid_utf8(text); at != std::string_view::npos)
    throw WeightsError(
        path, "the header is not UTF-8 at byte " + std::to_string(at + kLengthBytes) + kFetchAgain);

  SafetensorsHeader header;
  try {
    header = parse_safetensors_header(text);
  } catch (const HeaderFault& fault) {
    throw WeightsError(path, std::string("the header is wrong: ") + fault.what() + kFetchAgain);
  }

  const auto data = file.subspan(static_cast<std::size_t>(kLengthBytes + length));
  for (const auto& entry : header.entries) check_entry(entry, data.size(), path);
  std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  check_cover(header.entries, data.size(), path);

  Contents contents;
  contents.metadata = std::move(header.metadata);
  contents.tensors.reserve(header.entries.size());
  for (auto& entry : header.entries) {
    Tensor tensor;
    tensor.name = std::move(entry.name);
    tensor.dtype = entry.dtype;
    tensor.strides = c_order_strides(entry.shape);
    tensor.shape = std::move(entry.shape);
    tensor.bytes = data.subspan(static_cast<std::size_t>(entry.begin),
                                static_cast<std::size_t>(entry.end - entry.begin));
    contents.tensors.push_back(std::move(tensor));
  }
  return contents;
}

}  // namespace relievo::weights
