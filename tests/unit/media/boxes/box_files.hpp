// MP4 files for tests of boxes: written by hand, byte by byte, and by FFmpeg.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/media/boxes/box.hpp"

namespace relievo::test {

// "000d 7374 ..." as bytes; blanks count for nothing.
[[nodiscard]] media::Bytes from_hex(const std::string& hex);
[[nodiscard]] media::Bytes file_bytes(const std::filesystem::path& file);
void put_bytes(const std::filesystem::path& file, const media::Bytes& bytes);
[[nodiscard]] media::Bytes joined(std::initializer_list<media::Bytes> parts);

// A box as bytes: size, type, payload.
[[nodiscard]] media::Bytes box_bytes(const char (&type)[5], const media::Bytes& payload);
// Numbers of count bytes each.
[[nodiscard]] media::Bytes numbers(std::size_t count, std::initializer_list<std::uint64_t> values);

// A moov with one picture track whose chunks lie at these places (stco, or co64 if wide), each of
// one sample; sample entry 'hvc1'.
[[nodiscard]] media::Bytes moov_bytes(const std::vector<std::uint64_t>& chunks, bool wide = false);
// The chunk offsets of the first track of a file.
[[nodiscard]] std::vector<std::uint64_t> chunk_offsets(const std::filesystem::path& file);

// "ftyp free moov mdat": the types of the outermost boxes.
[[nodiscard]] std::string outline(const std::filesystem::path& file);

}  // namespace relievo::test
