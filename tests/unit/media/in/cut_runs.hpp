// The node 'cuts' run on films of the judge, and on files.
#pragma once

#include <string>
#include <vector>

#include <relievo/plugin.h>

#include "tools/judge/cut_film.hpp"
#include "tools/judge/cut_shots.hpp"
#include "tools/judge/cut_verdict.hpp"

namespace relievo::test {

// The node with its defaults.
[[nodiscard]] const rlv_node_type& cuts();
inline constexpr const char* kCutsDefaults = R"({"sensitivity": 1.0, "look_ahead": 24})";

// RELIEVO_TEST_SEED in the environment makes other films. What the detector's constants were chosen
// by has seeds from 1000 on.
[[nodiscard]] unsigned test_seed();

// Judges `count` films of a kind made from these shots, and prints what was found.
void add_films(judge::CutVerdict& verdict, const std::string& kind,
               const std::vector<judge::Shot>& shots, int count);

// What the node says of a whole film; frames count from 0.
[[nodiscard]] std::vector<judge::Join> joins_of_film(const std::string& path);

}  // namespace relievo::test
