// Films for tests, made and looked at by FFmpeg's own programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace relievo::test {

// Runs a program; what it printed, or nothing if it is not there or fails.
[[nodiscard]] std::optional<std::string> run_program(const std::vector<std::string>& words);
[[nodiscard]] bool has_ffmpeg();

// ffmpeg with these arguments, split at blanks outside double quotes. Throws std::runtime_error
// with ffmpeg's words if it fails.
void ffmpeg(const std::string& arguments);
// The same, writing to a new file of that name.
[[nodiscard]] std::filesystem::path make_film(const std::string& arguments,
                                              const std::string& file_name);

// Every decoded picture of the best video stream as ffprobe tells it: time in the stream's
// timebase (best effort).
[[nodiscard]] std::vector<std::int64_t> probed_times(const std::filesystem::path& film);
// One entry of the first video stream, such as "time_base", or of its first picture, such as
// "frame=color_space".
[[nodiscard]] std::string probed(const std::filesystem::path& film, const std::string& entry);

}  // namespace relievo::test

#define RLV_FFMPEG_OR_SKIP() \
  if (!relievo::test::has_ffmpeg()) GTEST_SKIP() << "the programs ffmpeg and ffprobe are not here"
