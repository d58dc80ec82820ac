// UTF-8 as Unicode 15, table 3-7 has it: no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace relievo::weights {

// Bytes of the well-formed sequence that the text starts with, 1 to 4; 0 if it is empty or
// ill-formed.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;

// Offset of the first ill-formed byte, or npos.
[[nodiscard]] std::size_t first_invalid_utf8(std::string_view text) noexcept;

}  // namespace relievo::weights
