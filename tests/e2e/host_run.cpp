#include "tests/e2e/host_run.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace fs = std::filesystem;

std::vector<std::string> host_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{RLV_HOST};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

ProgramSetup host_setup() {
  static const auto home = temporary_dir();
  ProgramSetup setup;
  setup.environment = {{"HOME", home.string()},
                       {"XDG_CACHE_HOME", (home / "cache").string()},
                       {"XDG_DATA_HOME", (home / "data").string()},
                       {"RELIEVO_PLUGIN_PATH", ""}};
  setup.folder = home;
  setup.limit = std::chrono::minutes(kSanitized ? 10 : 5);
  return setup;
}

ProgramEnd run_host(const std::vector<std::string>& arguments, ProgramSetup setup) {
  return run_to_end(host_words(arguments), std::move(setup));
}

std::vector<std::string> convert(const fs::path& film, const fs::path& output,
                                 const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"--config", (source_dir() / "configs/convert.yaml").string(),
                                     "--input",  film.string(),
                                     "--output", output.string(),
                                     "--set",    "nodes.depth.type=motion_cues.depth",
                                     "--set",    "nodes.sink.params.preset=ultrafast"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> error_lines(const ProgramEnd& end) {
  std::vector<std::string> lines;
  std::istringstream in(end.err);
  for (std::string line; std::getline(in, line);)
    if (line.rfind("host: error: ", 0) == 0) lines.push_back(line);
  return lines;
}

void expect_refusal(const ProgramEnd& end, int code, const std::string& words) {
  SCOPED_TRACE(end.text());
  EXPECT_EQ(end.exit_code, code);
  const auto errors = error_lines(end);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0], ::testing::HasSubstr(words));
  EXPECT_THAT(end.err, ::testing::EndsWith(errors[0] + "\n"));
  EXPECT_EQ(end.out, "");
}

void expect_success(const ProgramEnd& end) {
  EXPECT_EQ(end.exit_code, 0) << end.text();
  EXPECT_TRUE(error_lines(end).empty()) << end.text();
}

namespace {

// Both tools try the sound of a file when they open it, asked to or not, and tell what they think
// of it:
// "[aac @ 0x5586] Input buffer exhausted ...".
std::string without_decoders_of_sound(const std::string& text) {
  std::string rest;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto speaker = line.substr(0, line.find(" @ "));
    const bool is_sound = speaker == "[aac" || speaker == "[mp3float" || speaker == "[opus" ||
                          speaker == "[vorbis" || speaker == "[flac" || speaker == "[ac3";
    if (!is_sound) rest += line + "\n";
  }
  return rest;
}

}  // namespace

void expect_sound_file(const fs::path& file, bool with_tracks) {
  const auto judged = [&](const std::string& text) {
    return with_tracks ? text : without_decoders_of_sound(text);
  };
  // Times as they are: by default ffmpeg counts in whole frames and complains where two fall into
  // one.
  std::vector<std::string> words{"ffmpeg",      "-nostdin",       "-v",   "error", "-xerror",
                                 "-i",          file.string(),    "-map", "0:v",   "-fps_mode",
                                 "passthrough", "-enc_time_base", "-1"};
  if (with_tracks) words.insert(words.end(), {"-map", "0:a?"});
  words.insert(words.end(), {"-f", "null", "-"});
  const auto decoded = run_to_end(words);
  EXPECT_EQ(decoded.exit_code, 0) << file << ": " << decoded.text();
  EXPECT_EQ(judged(decoded.err), "") << file;
  const auto told = run_to_end({"ffprobe", "-v", "warning", "-show_format", "-show_streams",
                                "-show_chapters", file.string()});
  EXPECT_EQ(told.exit_code, 0) << file << ": " << told.text();
  EXPECT_EQ(judged(told.err), "") << file;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

fs::path small_film(int frames, const std::string& size) {
  const auto seconds = std::to_string(frames / 24.0);
  return make_film("-f lavfi -i testsrc2=r=24:s=" + size + " -f lavfi -i sine=d=" + seconds +
                       " -frames:v " + std::to_string(frames) +
                       " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
                   "small_" + std::to_string(frames) + "_" + size + ".mp4");
}

}  // namespace relievo::test
