// Strength and convergence for a film, and for each of its shots, with the reasons in words.
#pragma once

#include <string>
#include <vector>

#include <relievo/sdk/comfort_budget.hpp>

#include "core/analysis/depths.hpp"

namespace relievo::analysis {

struct Proposed {
  Setting setting;
  std::vector<std::string> reasons;
};

struct Proposal {
  Proposed film;
  std::vector<Proposed> shots;  // one for each
};

// Convergence puts the subject just behind the screen, as far as there is room on both sides;
// strength then fills the room that the budget leaves untouched (up to its knees), less where shots
// are short, and where metric depth says that the scene has little depth of its own. The film gets
// the convergence that half of its frames ask for more than, half for less, and a strength that
// nine tenths of its frames can have with it. There must be a shot.
[[nodiscard]] Proposal propose(const Depths& depths, const ComfortBudget& budget);

}  // namespace relievo::analysis
