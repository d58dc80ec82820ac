#include "core/media/read/name_token.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

namespace relievo::media {
namespace {

using Shape = NameToken::Shape;

struct Known {
  std::string_view words;  // parted by blanks
  const char* layout;
  Shape shape;
};

// Longer ones first. Sources: docs/headsets.md.
constexpr std::array kKnown{
    Known{"180x180 3dh", "VR180, side by side", Shape::kSideBySide},
    Known{"180 lr", "VR180, side by side", Shape::kSideBySide},
    Known{"180 sbs", "VR180, side by side", Shape::kSideBySide},
    Known{"lrf full sbs", "full side by side", Shape::kSideBySide},
    Known{"3dh hsbs", "half side by side", Shape::kSideBySide},
    Known{"3dh lr", "half side by side", Shape::kSideBySide},
    Known{"full sbs", "full side by side", Shape::kSideBySide},
    Known{"half sbs", "half side by side", Shape::kSideBySide},
    Known{"full ou", "full top and bottom", Shape::kTopBottom},
    Known{"half ou", "half top and bottom", Shape::kTopBottom},
    Known{"lrf", "full side by side", Shape::kSideBySide},
    Known{"fsbs", "full side by side", Shape::kSideBySide},
    Known{"hsbs", "half side by side", Shape::kSideBySide},
    Known{"sbs", "side by side", Shape::kSideBySide},
    Known{"3dh", "half side by side", Shape::kSideBySide},
    Known{"lr", "side by side", Shape::kSideBySide},
    Known{"rl", "side by side, right eye first", Shape::kSideBySide},
    Known{"3dv", "top and bottom", Shape::kTopBottom},
    Known{"hou", "half top and bottom", Shape::kTopBottom},
    Known{"tb", "top and bottom", Shape::kTopBottom},
    Known{"ou", "top and bottom", Shape::kTopBottom},
    Known{"bt", "top and bottom, right eye first", Shape::kTopBottom},
    Known{"anaglyph", "anaglyph", Shape::kOther},
};

bool parts_words(char c) {
  return std::string_view("_-. ()[]").find(c) != std::string_view::npos;
}

}  // namespace

NameToken name_token(const std::string& stem) {
  // Same length, so that a place in it is a place in the name.
  std::string plain(1, ' ');
  for (const char c : stem)
    plain += parts_words(c) ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  plain += ' ';
  for (const auto& known : kKnown) {
    const auto at = plain.find(" " + std::string(known.words) + " ");
    if (at == std::string::npos) continue;
    return {stem.substr(at, known.words.size()), known.layout, known.shape};
  }
  return {};
}

}  // namespace relievo::media
