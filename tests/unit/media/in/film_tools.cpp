#include "tests/unit/media/in/film_tools.hpp"

#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text + "'";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace

std::optional<std::string> run_program(const std::vector<std::string>& words) {
  std::string command;
  for (const auto& word : words) command += quoted(word) + " ";
  FILE* pipe = popen((command + "2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> part{};
  while (const auto count = fread(part.data(), 1, part.size(), pipe))
    text.append(part.data(), count);
  return pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

bool has_ffmpeg() {
  static const bool found =
      run_program({"ffmpeg", "-version"}) && run_program({"ffprobe", "-version"});
  return found;
}

std::filesystem::path make_film(const std::string& arguments, const std::string& file_name) {
  static const auto folder = temporary_dir();
  const auto path = folder / file_name;
  std::vector<std::string> words{"ffmpeg", "-v", "error", "-y"};
  std::istringstream in(arguments);
  for (std::string word; in >> word;) words.push_back(word);
  words.push_back(path.string());
  if (!run_program(words)) throw std::runtime_error("ffmpeg failed: " + arguments);
  return path;
}

std::vector<std::int64_t> probed_times(const std::filesystem::path& film) {
  const auto text =
      run_program({"ffprobe", "-v", "quiet", "-select_streams", "v:0", "-show_entries",
                   "frame=best_effort_timestamp", "-of", "csv=p=0:nk=1", film.string()});
  std::vector<std::int64_t> times;
  for (const auto& line : lines_of(text.value_or(""))) times.push_back(std::stoll(line));
  return times;
}

std::string probed(const std::filesystem::path& film, const std::string& entry) {
  const bool of_frame = entry.rfind("frame=", 0) == 0;
  std::vector<std::string> words{"ffprobe", "-v", "quiet", "-select_streams", "v:0"};
  if (of_frame) words.insert(words.end(), {"-read_intervals", "%+1"});
  words.insert(words.end(), {"-show_entries", of_frame ? entry : "stream=" + entry, "-of",
                             "default=nw=1", film.string()});
  // Side data tell more than was asked for.
  const auto key = entry.substr(of_frame ? 6 : 0) + "=";
  for (const auto& line : lines_of(run_program(words).value_or("")))
    if (line.rfind(key, 0) == 0) return line.substr(key.size());
  return "";
}

}  // namespace relievo::test
