// What a film's name says to players of headsets and televisions.
#pragma once

#include <string>

namespace relievo::media {

struct NameToken {
  std::string token;   // as it stands in the name: "LRF_Full_SBS"; "" if there is none
  std::string layout;  // what players take it for: "full side by side"
  enum class Shape { kNone, kSideBySide, kTopBottom, kOther } shape = Shape::kNone;
};

// stem: the name without folder and ending. Words are parted by '_', '-', '.', blanks and brackets;
// case does not count.
[[nodiscard]] NameToken name_token(const std::string& stem);

}  // namespace relievo::media
