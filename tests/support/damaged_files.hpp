// Small films of the containers and codecs that users bring, and ways in which files are spoilt.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace relievo::test {

[[nodiscard]] std::string bytes_of(const std::filesystem::path& path);

struct Sound {
  std::string name;  // of a file, with its ending
  std::string bytes;
};

// Undamaged films of one second and pictures, as many as this machine's ffmpeg writes.
[[nodiscard]] std::vector<Sound> sound_films();

// bytes cut off, with bits turned over, a hole, a piece missing, or senseless sizes.
[[nodiscard]] std::string damaged(const std::string& bytes, std::mt19937& random);

}  // namespace relievo::test
