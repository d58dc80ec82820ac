#include "tests/support/film_tools.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/paths.hpp"
#include "tests/support/program.hpp"

namespace relievo::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

// Split at blanks outside double quotes, which are left out; single quotes are ffmpeg's own.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c != ' ' || quoted) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

}  // namespace

std::optional<std::string> run_program(const std::vector<std::string>& words) {
  ProgramSetup setup;
  setup.limit = std::chrono::minutes(10);
  const auto end = run_to_end(words, setup);
  return end.exit_code == 0 ? std::optional(end.out + end.err) : std::nullopt;
}

bool has_ffmpeg() {
  static const bool found =
      run_program({"ffmpeg", "-version"}) && run_program({"ffprobe", "-version"});
  return found;
}

void ffmpeg(const std::string& arguments) {
  std::vector<std::string> words{"ffmpeg", "-nostdin", "-v", "error", "-y"};
  for (auto& word : words_of(arguments)) words.push_back(std::move(word));
  const auto end = run_to_end(words);
  if (end.exit_code != 0) throw std::runtime_error("ffmpeg " + arguments + ": " + end.text());
}

std::filesystem::path make_film(const std::string& arguments, const std::string& file_name) {
  static const auto folder = temporary_dir();
  const auto path = folder / file_name;
  ffmpeg(arguments + " " + path.string());
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
  words.insert(words.end(), {"-show_entries",
                             of_frame ? entry : "stream=" + entry + ":stream_side_data=" + entry,
                             "-of", "default=nw=1", film.string()});
  // Side data tell more than was asked for.
  const auto key = entry.substr(of_frame ? 6 : 0) + "=";
  for (const auto& line : lines_of(run_program(words).value_or("")))
    if (line.rfind(key, 0) == 0) return line.substr(key.size());
  return "";
}

}  // namespace relievo::test
