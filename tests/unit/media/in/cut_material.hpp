// Films for tests of the node 'cuts': the clips of the test data as small pictures, put together
// and changed in ways that have cuts or have none.
#pragma once

#include <functional>
#include <random>
#include <vector>

#include <relievo/plugin.h>

#include "core/host/node_instance.hpp"

namespace relievo::test {

// The node with its defaults.
[[nodiscard]] const rlv_node_type& cuts();
inline constexpr const char* kCutsDefaults = R"({"sensitivity": 1.0, "look_ahead": 8})";

// A small picture: luma and both chromas on one grid, so that effects are a line each.
struct Small {
  static constexpr int kWidth = 160;
  static constexpr int kHeight = 90;
  std::vector<float> samples = std::vector<float>(3 * kWidth * kHeight);
  float& at(int c, int x, int y) {
    return samples[static_cast<std::size_t>((c * kHeight + y) * kWidth + x)];
  }
};
using Film = std::vector<Small>;

[[nodiscard]] Frame frame_of(const host::NodeInstance& node, const Small& small,
                             std::int64_t index);
// Frames at which the node says that a shot begins.
[[nodiscard]] std::vector<int> found_cuts(const Film& film);

// Shots without a cut in them: every clip of the test data, or a few seconds of each.
[[nodiscard]] const std::vector<Film>& whole_shots();
[[nodiscard]] const std::vector<Film>& short_shots();

[[nodiscard]] std::size_t draw(std::mt19937& random, std::size_t low, std::size_t high);
[[nodiscard]] Film part_of(const Film& shot, std::mt19937& random, std::size_t length);
void append(Film& film, const Film& more);
// change(component, value) of every sample.
void for_each_sample(Small& picture, const std::function<float(int, float)>& change);
// Light turned up (gain) and flashed on top (lift, levels of 255).
void brighten(Small& picture, float gain, float lift);
[[nodiscard]] Small mixed(const Small& a, const Small& b, float share);

// RELIEVO_TEST_SEED in the environment makes other films.
[[nodiscard]] unsigned test_seed();

struct Score {
  int right = 0;
  int wrong = 0;
  int missed = 0;
  [[nodiscard]] double precision() const {
    return right + wrong == 0 ? 1.0 : static_cast<double>(right) / (right + wrong);
  }
  [[nodiscard]] double recall() const {
    return right + missed == 0 ? 1.0 : static_cast<double>(right) / (right + missed);
  }
};
// Finds the cuts of films spliced from pieces of 4 to 50 frames of the shots.
[[nodiscard]] Score splice(const std::vector<Film>& shots, unsigned seed, int films);

// What the frames of a film say at which the node finds a cut.
[[nodiscard]] std::vector<rlv_frame_info> found_shots(const std::string& path);

}  // namespace relievo::test
