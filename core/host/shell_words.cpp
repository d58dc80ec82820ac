#include "core/host/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace relievo::host {
namespace {

bool is_plain(char c) {
  // Bytes beyond ASCII are letters of some language.
  return static_cast<unsigned char>(c) >= 128 || std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_./=:,+@%-").find(c) != std::string_view::npos;
}

std::string shell_word(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string shell_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

}  // namespace relievo::host
