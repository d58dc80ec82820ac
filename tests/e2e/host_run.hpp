// The real program, as a user runs it: a child process with its own caches, so that nothing of the
// user's account plays a part.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace relievo::test {

// The command line and what it needs of its environment.
[[nodiscard]] std::vector<std::string> host_words(const std::vector<std::string>& arguments);
[[nodiscard]] ProgramSetup host_setup();
[[nodiscard]] ProgramEnd run_host(const std::vector<std::string>& arguments,
                                  ProgramSetup setup = host_setup());

// Arguments for a film through configs/convert.yaml without weights, encoded as fast as can be.
[[nodiscard]] std::vector<std::string> convert(const std::filesystem::path& film,
                                               const std::filesystem::path& output,
                                               const std::vector<std::string>& more = {});

// Lines of standard error that begin with "host: error: ".
[[nodiscard]] std::vector<std::string> error_lines(const ProgramEnd& end);
// That the program ended by itself with this code and one line, its last, which has those words.
void expect_refusal(const ProgramEnd& end, int code, const std::string& words);
void expect_success(const ProgramEnd& end);

// That ffmpeg decodes the pictures, and every sound track if asked to, and ffprobe reads the file,
// all without a word.
void expect_sound_file(const std::filesystem::path& file, bool with_tracks = true);

// Names in a folder, sorted.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder);

// A film of so many frames at 24 a second that moves, with sound, small enough for quick runs; made
// once. Needs the ffmpeg tool.
[[nodiscard]] std::filesystem::path small_film(int frames, const std::string& size = "160x90");

// Sanitizers make everything slow and large: no bars of time and memory there.
#if defined(RLV_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace relievo::test
