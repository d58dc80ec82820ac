// Numbers of ISO base media files: big endian, and types of four letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <relievo/sdk/error.hpp>

namespace relievo::media {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using FourCc = std::uint32_t;

// four_cc("moov")
[[nodiscard]] constexpr FourCc four_cc(const char (&text)[5]) {
  FourCc value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(text[i]);
  return value;
}

// For messages; what is no printable letter is a dot.
[[nodiscard]] inline std::string text_of(FourCc type) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<char>(type >> static_cast<unsigned>(shift) & 0xFFU);
    text += c >= 32 && c < 127 ? c : '.';
  }
  return text;
}

// count bytes at position as one number. Throws RLV_E_IO if they are not there.
[[nodiscard]] inline std::uint64_t number_at(ByteView bytes, std::size_t position,
                                             std::size_t count) {
  if (position > bytes.size() || count > bytes.size() - position)
    fail(RLV_E_IO, "a box ends too early");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8U | bytes[position + i];
  return value;
}

// Puts a number of count bytes in the place of what is there. Throws as number_at().
inline void set_number(std::span<std::uint8_t> bytes, std::size_t position, std::size_t count,
                       std::uint64_t value) {
  if (position > bytes.size() || count > bytes.size() - position)
    fail(RLV_E_IO, "a box ends too early");
  for (std::size_t i = count; i-- > 0; value >>= 8U)
    bytes[position + i] = static_cast<std::uint8_t>(value & 0xFFU);
}

inline void add_number(Bytes& bytes, std::size_t count, std::uint64_t value) {
  bytes.resize(bytes.size() + count);
  set_number(bytes, bytes.size() - count, count, value);
}

}  // namespace relievo::media
