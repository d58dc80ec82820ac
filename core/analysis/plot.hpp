// The parallax of a film over time, as an SVG picture for light and dark pages.
#pragma once

#include <string>

#include <relievo/sdk/comfort_budget.hpp>

#include "core/analysis/depths.hpp"

namespace relievo::analysis {

struct PlotOptions {
  std::string title;
  Setting setting;
  ComfortBudget budget;
  Screen screen;  // with a distance: a second axis in degrees
};

// What lies between the 1st and the 99th percentile of each moment is a band, the subject a line;
// shots are divided by thin lines, the budget is dashed. Up is in front of the screen.
[[nodiscard]] std::string plot_svg(const Depths& depths, const PlotOptions& options);

}  // namespace relievo::analysis
