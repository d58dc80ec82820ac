#include "core/media/read/exif.hpp"

#include <algorithm>
#include <string_view>

namespace relievo::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool begins_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(),
                    [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
}

Bytes from(Bytes bytes, std::size_t offset) {
  return offset <= bytes.size() ? bytes.subspan(offset) : Bytes{};
}

// Numbers in either byte order; 0 beyond the end.
std::uint32_t number(Bytes bytes, std::size_t offset, std::size_t size, bool big_endian) {
  if (offset > bytes.size() || bytes.size() - offset < size) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8U | bytes[offset + (big_endian ? i : size - 1 - i)];
  return value;
}

constexpr std::uint32_t kOrientation = 0x0112;
constexpr std::uint32_t kExifDirectory = 0x8769;
constexpr std::uint32_t kFocal35mm = 0xA405;
constexpr std::uint32_t kTypeLong = 4;

// One directory of a TIFF structure, and the EXIF directory that it may point to.
void read_directory(Bytes tiff, std::size_t offset, bool big_endian, bool is_first,
                    ExifFacts& facts) {
  const auto entries = number(tiff, offset, 2, big_endian);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = offset + 2 + std::size_t{12} * i;
    if (entry + 12 > tiff.size()) return;
    const auto tag = number(tiff, entry, 2, big_endian);
    const bool is_long = number(tiff, entry + 2, 2, big_endian) == kTypeLong;
    const auto value = number(tiff, entry + 8, is_long ? 4 : 2, big_endian);
    if (tag == kOrientation && is_first && value >= 1 && value <= 8)
      facts.orientation = static_cast<int>(value);
    else if (tag == kFocal35mm)
      facts.focal_35mm = value;
    else if (tag == kExifDirectory && is_first)
      read_directory(tiff, value, big_endian, false, facts);
  }
}

void read_tiff(Bytes tiff, ExifFacts& facts) {
  const bool little = begins_with(tiff, std::string_view("II*\0", 4));
  const bool big = begins_with(tiff, std::string_view("MM\0*", 4));
  if (little || big) read_directory(tiff, number(tiff, 4, 4, big), big, true, facts);
}

// The same block, with or without the name that JPEG puts before it.
void read_block(Bytes block, ExifFacts& facts) {
  const std::string_view name("Exif\0\0", 6);
  read_tiff(begins_with(block, name) ? from(block, name.size()) : block, facts);
}

void read_jpeg(Bytes file, ExifFacts& facts) {
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xFF) {
    const auto marker = file[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0xDA) return;  // the picture begins
    const auto length = number(file, at + 2, 2, true);
    const auto body = from(file, at + 4);
    if (marker == 0xE1 && begins_with(body, std::string_view("Exif\0\0", 6)))
      return read_block(body.first(std::min<std::size_t>(body.size(), length)), facts);
    at += 2 + length;
  }
}

void read_png(Bytes file, ExifFacts& facts) {
  std::size_t at = 8;
  while (at + 8 <= file.size()) {
    const auto length = number(file, at, 4, true);
    const auto body = from(file, at + 8);
    if (begins_with(from(file, at + 4), "eXIf"))
      return read_block(body.first(std::min<std::size_t>(body.size(), length)), facts);
    at += std::size_t{12} + length;
  }
}

void read_webp(Bytes file, ExifFacts& facts) {
  std::size_t at = 12;
  while (at + 8 <= file.size()) {
    const auto length = number(file, at + 4, 4, false);
    const auto body = from(file, at + 8);
    if (begins_with(from(file, at), "EXIF"))
      return read_block(body.first(std::min<std::size_t>(body.size(), length)), facts);
    at += std::size_t{8} + length + (length & 1U);
  }
}

}  // namespace

ExifFacts read_exif(Bytes file) {
  ExifFacts facts;
  if (begins_with(file, "\xFF\xD8"))
    read_jpeg(file, facts);
  else if (begins_with(file, "\x89PNG\r\n\x1A\n"))
    read_png(file, facts);
  else if (begins_with(file, "RIFF") && begins_with(from(file, 8), "WEBP"))
    read_webp(file, facts);
  else
    read_tiff(file, facts);
  return facts;
}

}  // namespace relievo::media
