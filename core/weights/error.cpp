#include "core/weights/error.hpp"

#include "core/weights/utf8.hpp"

namespace relievo::weights {
namespace {

void append_hex(std::string& out, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    const auto first = static_cast<unsigned char>(text.front());
    // C1 control characters (C2 80 to C2 9F) move a terminal's cursor just as well as C0 ones.
    const bool control =
        first < 0x20 || first == 0x7F ||
        (length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (length == 0 || control) {
      append_hex(out, first);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return escaped(text);
  const auto head = limit * 2 / 3;
  return escaped(text.substr(0, head)) + "..." + escaped(text.substr(text.size() - (limit - head)));
}

std::string in_quotes(std::string_view text, std::size_t limit) {
  std::string quoted = "'";
  quoted += printable(text, limit);
  quoted += '\'';
  return quoted;
}

}  // namespace relievo::weights
