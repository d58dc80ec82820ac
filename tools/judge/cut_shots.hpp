// Shots without a cut in them, as small pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tools/judge/cut_film.hpp"

namespace relievo::judge {

struct ClipPart {
  std::filesystem::path path;
  double start = 0.0;        // seconds
  double seconds = 0.0;      // 0: to the end
  std::vector<double> cuts;  // seconds at which it is cut, if it is
};

// The shots of a clip. Throws what reading it throws.
[[nodiscard]] std::vector<Shot> read_shots(const ClipPart& clip);

// The parts of the project's test clips that show one shot each (folder: .../video), or a few
// seconds of each; clips that are not there are left out.
[[nodiscard]] std::vector<Shot> read_test_clips(const std::filesystem::path& folder, bool whole);

// One shot of each kind of generated scene but cuts.
[[nodiscard]] std::vector<Shot> render_shots(std::uint64_t seed, int frames);

}  // namespace relievo::judge
