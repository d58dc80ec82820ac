// The films that a benchmark runs on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/bench/config.hpp"

namespace relievo::bench {

// What larger and faster films are brought to first; 24 and 23.976 count as one.
inline constexpr int kPreparedWidth = 1920;
inline constexpr int kPreparedHeight = 1080;
inline constexpr double kPreparedFps = 24;
inline constexpr double kFpsSlack = 1.002;

// How a larger film was brought to 1080p24.
struct Preparation {
  std::optional<double> ms_per_frame;  // nothing: it was done in an earlier run
  std::filesystem::path file;
};

struct Sample {
  std::string name;
  std::filesystem::path file;  // as named
  double start_s = 0;
  std::optional<std::filesystem::path> truth;
  Json truth_params;

  // Filled when it is looked at.
  int width = 0;
  int height = 0;
  double fps = 0;
  std::int64_t frames = 0;  // of the longest excerpt
  std::optional<Preparation> prepared;
  std::string fault;  // why it cannot be used

  // What the cells read, and from where on.
  [[nodiscard]] const std::filesystem::path& played() const {
    return prepared ? prepared->file : file;
  }
  [[nodiscard]] double played_start_s() const { return prepared ? 0 : start_s; }
};

// The films of the config, with names of their own. Without any the films in samples/ of the
// working folder, or else in the config's default folder. Folders are not searched below. Throws
// host::Failure(kUsage) if there is none.
[[nodiscard]] std::vector<Sample> list_samples(const BenchConfig& config);

[[nodiscard]] bool is_film_name(const std::filesystem::path& file);

}  // namespace relievo::bench
