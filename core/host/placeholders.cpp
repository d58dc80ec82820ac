#include "core/host/placeholders.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

bool is_picture(const std::filesystem::path& file) {
  static const std::set<std::string> kEndings{".jpg",  ".jpeg", ".png",  ".tif",  ".tiff",
                                              ".webp", ".bmp",  ".heic", ".heif", ".avif"};
  auto ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return kEndings.contains(ending);
}

// Numbered pictures are a film, which has the name of their folder.
bool is_numbered(const std::filesystem::path& file) {
  return file.filename().string().find('%') != std::string::npos;
}

}  // namespace

std::string fill_placeholders(const std::string& text, const std::filesystem::path& source,
                              const Place& place, const std::string& what) {
  const bool numbered = is_numbered(source);
  const std::map<std::string, std::string> values{
      {"dir", source.parent_path().string()},
      {"stem", numbered ? source.parent_path().filename().string() : source.stem().string()},
      {"ext", is_picture(source) && !numbered ? "png" : "mp4"}};
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = std::min(text.find('{', at), text.size());
    result += text.substr(at, open - at);
    if (open == text.size()) break;
    const auto close = text.find('}', open);
    const auto word = close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
    const auto value = values.find(word);
    if (value == values.end())
      fail_at(place, what + ": the path '" + text +
                         "' has a '{' that begins none of {dir}, {stem} and {ext}" +
                         did_you_mean(word, {"dir", "stem", "ext"}));
    result += value->second;
    at = close + 1;
  }
  return result;
}

}  // namespace relievo::host
